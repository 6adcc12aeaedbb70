import { removeCgroups } from "../../test/kit/run/cgroups.ts";
import { unmountUnder } from "../../test/kit/run/ledger.ts";
import { mountsUnder } from "../../test/kit/run/proc.ts";
import { connectApi } from "../control-plane/api.ts";
import type { Cluster } from "../folder.ts";
import { pullOut } from "../network/cable.ts";
import { forgetDaemon, isRunning } from "../processes/daemon.ts";
import { endHolder } from "../processes/holder.ts";
import { forgetNode, holderOf, type Node } from "./node.ts";

/** Like pulling the plug: everything in the node ends at once, and its disk stays. */
export async function stopNode(cluster: Cluster, node: Node): Promise<void> {
  if (!(await isRunning(cluster, holderOf(node)))) return;
  await pullOut(cluster, node);
  await endHolder(cluster, holderOf(node));
  for (const part of ["containerd", "kubelet", "crio", "delay"]) await forgetDaemon(cluster, `${node.name}.${part}`);
  await removeCgroups(cluster.id, node.name);
}

/** Stops the node, and removes its disk and its object in the API. */
export async function removeNode(cluster: Cluster, node: Node): Promise<void> {
  await stopNode(cluster, node);
  if ((await mountsUnder(node.folder)).length > 0) await unmountUnder(node.folder);
  await forgetNode(cluster, node);
  const api = await connectApi(cluster);
  try {
    await api.send("DELETE", `/api/v1/nodes/${node.name}`);
  } finally {
    api.close();
  }
}
