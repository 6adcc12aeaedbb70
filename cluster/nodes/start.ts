/** Starts a node: its namespaces and disk, its cable, its runtime, its kubelet. */
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { cacheFolder } from "../binaries/build.ts";
import type { Cluster } from "../folder.ts";
import { plugIn } from "../network/cable.ts";
import { isRunning, startAgain } from "../processes/daemon.ts";
import { type Namespace, startHolder, startInside } from "../processes/holder.ts";
import { say, secondsSince } from "../say.ts";
import { describeContainerd } from "./containerd.ts";
import { hiddenSocket, startCrioProxy } from "./crio.ts";
import { prepareDisk } from "./disk.ts";
import { describeKubelet } from "./kubelet.ts";
import { holderOf, type Node, onHost, prepareNode, socketOf } from "./node.ts";
import { waitForReady, waitForSocket } from "./ready.ts";
import type { NodeSettings } from "./settings.ts";
import { stopNode } from "./stop.ts";

const EVERYTHING: readonly Namespace[] = ["net", "pid", "mount", "uts"];

/**
 * Starts a node and waits until it is Ready. One that was stopped gets its disk back, and its settings if none are given.
 * @throws with the log of the part that did not come up; the node is stopped again then
 */
export async function startNode(cluster: Cluster, name: string, settings?: Partial<NodeSettings>): Promise<Node> {
  const started = performance.now();
  const node = await prepareNode(cluster, name, settings);
  if (await isRunning(cluster, holderOf(node))) throw new Error(`node ${name} is running`);
  try {
    await startParts(cluster, node);
  } catch (error) {
    await stopNode(cluster, node);
    throw error;
  }
  const { version, runtime } = node.settings;
  say(`node ${name} is ready: kubelet ${version}, ${runtime} (${secondsSince(started)})`);
  return node;
}

async function startParts(cluster: Cluster, node: Node): Promise<void> {
  await prepareDisk(node);
  const [kubelet, holder] = await Promise.all([describeKubelet(cluster, node), startNamespaces(cluster, node)]);
  await plugIn(cluster, node, holder);
  await startRuntime(cluster, node);
  await startInside(cluster, holderOf(node), EVERYTHING, kubelet);
  await waitForReady(cluster, node);
}

/**
 * Starts a part of a running node that was stopped (`stopDaemon`), as systemd would, and waits until it serves.
 * @param part the kubelet needs a runtime to start
 */
export async function startPartAgain(
  cluster: Cluster,
  node: Node,
  part: "containerd" | "crio" | "kubelet",
): Promise<void> {
  const name = `${node.name}.${part}`;
  await startAgain(cluster, name);
  if (part === "kubelet") await waitForReady(cluster, node);
  else await waitForSocket(cluster, node, name, part === "containerd" ? containerdSocket(node) : socketOf(node));
}

/** Where containerd listens, which is not always where the kubelet looks for the runtime. */
function containerdSocket(node: Node): string {
  return node.settings.runtime === "cri-o" ? hiddenSocket : socketOf(node);
}

function startNamespaces(cluster: Cluster, node: Node): Promise<number> {
  return startHolder(cluster, {
    name: holderOf(node),
    namespaces: EVERYTHING,
    script: "hold-node.sh",
    args: [node.folder, node.name, cluster.path, cacheFolder(), process.execPath],
  });
}

async function startRuntime(cluster: Cluster, node: Node): Promise<void> {
  const socket = containerdSocket(node);
  await mkdir(onHost(node, dirname(socket)), { recursive: true });
  const containerd = await describeContainerd(cluster, node, socket);
  await startInside(cluster, holderOf(node), EVERYTHING, containerd);
  await waitForSocket(cluster, node, containerd.name, socket);
  if (node.settings.runtime !== "cri-o") return;
  const proxy = await startCrioProxy(cluster, node, EVERYTHING);
  await waitForSocket(cluster, node, proxy, socketOf(node));
}
