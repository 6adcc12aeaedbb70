import { connect } from "node:net";
import { connectApi } from "../control-plane/api.ts";
import type { Cluster } from "../folder.ts";
import { waitUntil } from "../processes/wait-until.ts";
import { type Node, onHost } from "./node.ts";

/** Waits until the API server has the node as Ready and its kubelet, the one that runs now, has given a sign of life. */
export async function waitForReady(cluster: Cluster, node: Node): Promise<void> {
  const since = Date.now() - 1_000;
  const api = await connectApi(cluster);
  const read = async (path: string): Promise<NodeObject> =>
    JSON.parse((await api.send("GET", path)).body) as NodeObject;
  try {
    await waitUntil(cluster, { what: `node ${node.name}`, seconds: 90, daemon: `${node.name}.kubelet` }, async () => {
      const { spec } = await read(`/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${node.name}`);
      if (Date.parse(spec?.renewTime ?? "") < since) return false;
      const { status } = await read(`/api/v1/nodes/${node.name}`);
      return status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") ?? false;
    });
  } finally {
    api.close();
  }
}

interface NodeObject {
  /** Of the lease. */
  readonly spec?: { readonly renewTime?: string };
  /** Of the node. */
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/** Waits until somebody listens on a socket of the node. */
export async function waitForSocket(cluster: Cluster, node: Node, daemon: string, socket: string): Promise<void> {
  const answers = (): Promise<boolean> =>
    new Promise((resolve) => {
      const connection = connect(onHost(node, socket), () => resolve(true));
      connection.on("error", () => resolve(false));
      connection.on("connect", () => connection.destroy());
    });
  await waitUntil(cluster, { what: `the socket of ${daemon}`, seconds: 30, daemon }, answers);
}
