/** A real control plane with nodes that exist in the API only: what a command line costs there is what it costs anywhere. */
import { connectApi } from "../../../cluster/control-plane/api.ts";
import { auditedRequests, auditLogSize } from "../../../cluster/control-plane/audit.ts";
import { adminKubeconfig, type Cluster } from "../../../cluster/folder.ts";
import { addFakeNodes } from "../../../cluster/kwok/fake-nodes.ts";
import { downCluster, upCluster } from "../../../cluster/up.ts";
import { agentLog, agentMessage } from "./agent-told.ts";

export interface FakeCluster {
  readonly kubeconfig: string;
  /** Brings the cluster to so many nodes, and waits until all are Ready. */
  growTo(nodes: number): Promise<void>;
  /** Waits until every DaemonSet of a namespace has a running pod on so many nodes. */
  waitForPods(namespace: string, nodes: number): Promise<void>;
  /** Does the work. @returns how many requests Larder made meanwhile; the events of a watch are none */
  countRequests(work: () => Promise<void>): Promise<number>;
}

const POLL_MS = 3_000;
const PATIENCE_MS = 60 * 60_000;

export async function onFakeCluster<T>(
  images: readonly string[],
  say: (line: string) => void,
  work: (cluster: FakeCluster) => Promise<T>,
): Promise<T> {
  const cluster = await upCluster(`bench-${process.pid}`, { isLarge: true });
  try {
    const containers = { terminationMessage: agentMessage(images), log: agentLog(images) };
    return await work({
      kubeconfig: adminKubeconfig(cluster),
      async growTo(nodes) {
        await addFakeNodes(cluster, nodes, { containers });
        await reach(cluster, "/api/v1/nodes", `of ${nodes} nodes are Ready`, say, (items) => {
          return { reached: items.filter(isReady).length, wanted: nodes };
        });
      },
      waitForPods: (namespace, nodes) =>
        reach(cluster, `/apis/apps/v1/namespaces/${namespace}/daemonsets`, "pods run", say, (items) => {
          const reached = items.map(({ status = {} }) => Number(status["numberReady"] ?? 0));
          return { reached: reached.reduce((sum, one) => sum + one, 0), wanted: items.length * nodes };
        }),
      async countRequests(counted) {
        const before = await auditLogSize(cluster);
        await counted();
        const asked = await auditedRequests(cluster, before);
        const larders = asked.filter(({ userAgent = "" }) => userAgent.startsWith("larder"));
        return new Set(larders.map(({ auditID }) => auditID)).size;
      },
    });
  } finally {
    await downCluster(cluster);
  }
}

interface Item {
  readonly status?: Readonly<Record<string, unknown>>;
}

function isReady({ status = {} }: Item): boolean {
  const conditions = (status["conditions"] ?? []) as readonly { readonly type: string; readonly status: string }[];
  return conditions.some(({ type, status: is }) => type === "Ready" && is === "True");
}

async function reach(
  cluster: Cluster,
  path: string,
  what: string,
  say: (line: string) => void,
  look: (items: readonly Item[]) => { readonly reached: number; readonly wanted: number },
): Promise<void> {
  const api = await connectApi(cluster);
  const until = performance.now() + PATIENCE_MS;
  try {
    for (let told = -1; ; ) {
      const { status, body } = await api.send("GET", path);
      const { items } = JSON.parse(body) as { readonly items?: readonly Item[] };
      const { reached, wanted } = look(items ?? []);
      if (status === 200 && wanted > 0 && reached === wanted) return;
      if (performance.now() > until) throw new Error(`${reached} ${what}, not ${wanted}`);
      if (reached !== told) say(`${reached} ${what}`);
      told = reached;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  } finally {
    api.close();
  }
}
