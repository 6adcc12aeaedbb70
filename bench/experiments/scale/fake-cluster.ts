/** A real control plane with nodes that exist in the API only: what a command line costs there is what it costs anywhere. */
import { connectApi } from "../../../cluster/control-plane/api.ts";
import { auditedRequests, auditLogSize } from "../../../cluster/control-plane/audit.ts";
import { adminKubeconfig, type Cluster } from "../../../cluster/folder.ts";
import { copyFakeNode } from "../../../cluster/kwok/copy-node.ts";
import { addFakeNodes } from "../../../cluster/kwok/fake-nodes.ts";
import { downCluster, upCluster } from "../../../cluster/up.ts";
import { agentLog, agentMessage } from "./agent-told.ts";

export interface FakeCluster {
  readonly kubeconfig: string;
  /** Brings the cluster to so many nodes, and waits until all are Ready. */
  growTo(nodes: number): Promise<void>;
  /** Copies a node that is complete until there are so many. Nothing happens in the cluster any more after it. */
  copyTo(nodes: number): Promise<void>;
  /** Does the work. @returns how many requests Larder made meanwhile; the events of a watch are none */
  countRequests(work: () => Promise<void>): Promise<number>;
}

const POLL_MS = 3_000;
const PATIENCE_MS = 20 * 60_000;

export async function onFakeCluster<T>(
  images: readonly string[],
  say: (line: string) => void,
  work: (cluster: FakeCluster) => Promise<T>,
): Promise<T> {
  const cluster = await upCluster(`bench-${process.pid}`, { isLarge: true });
  try {
    const containers = { terminationMessage: agentMessage(images), log: agentLog(images) };
    let grown = 0;
    return await work({
      kubeconfig: adminKubeconfig(cluster),
      async growTo(nodes) {
        await addFakeNodes(cluster, nodes, { containers });
        await waitUntilReady(cluster, nodes, say);
        grown = nodes;
      },
      async copyTo(nodes) {
        const names = Array.from({ length: nodes - grown }, (_, n) => `fake-${grown + n}`);
        await copyFakeNode(cluster, "fake-0", names);
      },
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

async function waitUntilReady(cluster: Cluster, nodes: number, say: (line: string) => void): Promise<void> {
  const api = await connectApi(cluster);
  const until = performance.now() + PATIENCE_MS;
  try {
    for (;;) {
      const { body } = await api.send("GET", "/api/v1/nodes");
      const { items = [] } = JSON.parse(body) as { readonly items?: readonly Item[] };
      const ready = items.filter(isReady).length;
      if (ready === nodes) return;
      if (performance.now() > until) throw new Error(`${ready} nodes are Ready, not ${nodes}`);
      say(`${ready} of ${nodes} nodes are Ready`);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  } finally {
    api.close();
  }
}
