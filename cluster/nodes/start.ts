/** Starts a node: its namespaces and disk, its cable, its runtime, its kubelet. */
import { existsSync } from "node:fs";
import { cp, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { dirname, join } from "node:path";
import { cacheFolder } from "../binaries/build.ts";
import { connectApi } from "../control-plane/api.ts";
import type { Cluster } from "../folder.ts";
import { GATEWAY, podRange } from "../network/addresses.ts";
import { plugIn } from "../network/cable.ts";
import { isRunning } from "../processes/daemon.ts";
import { type Namespace, startHolder, startInside } from "../processes/holder.ts";
import { run } from "../processes/run.ts";
import { waitUntil } from "../processes/wait-until.ts";
import { say, secondsSince } from "../say.ts";
import { describeContainerd } from "./containerd.ts";
import { hiddenSocket, startCrioProxy } from "./crio.ts";
import { describeKubelet } from "./kubelet.ts";
import { holderOf, type Node, onHost, prepareNode, socketOf } from "./node.ts";
import type { NodeSettings } from "./settings.ts";

const EVERYTHING: readonly Namespace[] = ["net", "pid", "mount", "uts"];

/**
 * Starts a node and waits until it is Ready. One that was stopped gets its disk back, and its settings if none are given.
 * @throws with the log of the part that did not come up
 */
export async function startNode(cluster: Cluster, name: string, settings?: Partial<NodeSettings>): Promise<Node> {
  const started = performance.now();
  const node = await prepareNode(cluster, name, settings);
  if (await isRunning(cluster, holderOf(node))) throw new Error(`node ${name} is running`);
  await prepareDisk(node);
  const [kubelet, holder] = await Promise.all([describeKubelet(cluster, node), startNamespaces(cluster, node)]);
  await plugIn(cluster, node, holder);
  await startRuntime(cluster, node);
  await startInside(cluster, holderOf(node), EVERYTHING, kubelet);
  await waitForReady(cluster, node);
  const { version, runtime } = node.settings;
  say(`node ${name} is ready: kubelet ${version}, ${runtime} (${secondsSince(started)})`);
  return node;
}

/** Waits until the API server has the node as Ready and its kubelet, the one that runs now, has given a sign of life. */
async function waitForReady(cluster: Cluster, node: Node): Promise<void> {
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

/** Makes what is not there yet: after a stop the disk is as it was, while /run is empty, as after a boot. */
async function prepareDisk(node: Node): Promise<void> {
  const disk = join(node.folder, "disk");
  await rm(join(node.folder, "run"), { recursive: true, force: true });
  await mkdir(onHost(node, dirname(socketOf(node))), { recursive: true });
  await writeNetworkConfig(node);
  if (existsSync(join(disk, "etc"))) return;
  await mkdir(disk, { recursive: true });
  const { disk: size } = node.settings;
  if (size !== "") await run("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", disk]);
  for (const folder of ["opt", "home", "root", "var/tmp", "var/log/pods", "var/lib/cni", "var/lib/containerd"]) {
    await mkdir(join(disk, folder), { recursive: true });
  }
  await mkdir(onHost(node, node.settings.kubeletRoot), { recursive: true });
  await symlink("../run", join(disk, "var/run"));
  await mkdir(join(disk, "etc"));
  for (const name of [
    "passwd",
    "group",
    "nsswitch.conf",
    "ssl",
    "ld.so.cache",
    "alternatives",
    "protocols",
    "services",
  ]) {
    await cp(join("/etc", name), join(disk, "etc", name), { recursive: true, verbatimSymlinks: true }).catch(() => {});
  }
  await writeFile(join(disk, "etc/os-release"), 'PRETTY_NAME="Larder test node"\nID=larder\n');
  await writeFile(join(disk, "etc/machine-id"), `${node.number.toString(16).padStart(32, "0")}\n`);
  await writeFile(join(disk, "etc/resolv.conf"), "");
  await writeFile(join(disk, "etc/hosts"), `127.0.0.1 localhost\n${GATEWAY} registry.test locked.test\n`);
}

async function writeNetworkConfig(node: Node): Promise<void> {
  const ipam = { type: "host-local", ranges: [[{ subnet: podRange(node.number) }]], routes: [{ dst: "0.0.0.0/0" }] };
  const bridge = { type: "bridge", bridge: "cni0", isGateway: true, ipMasq: false, ipam };
  const folder = join(node.folder, "cni");
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, "10-larder.conflist"),
    JSON.stringify({ cniVersion: "0.4.0", name: "larder", plugins: [bridge] }),
  );
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
  const behindProxy = node.settings.runtime === "cri-o";
  const socket = behindProxy ? hiddenSocket : socketOf(node);
  await mkdir(onHost(node, dirname(socket)), { recursive: true });
  const containerd = await describeContainerd(cluster, node, socket);
  await startInside(cluster, holderOf(node), EVERYTHING, containerd);
  await waitForSocket(cluster, containerd.name, onHost(node, socket));
  if (!behindProxy) return;
  const proxy = await startCrioProxy(cluster, node, EVERYTHING);
  await waitForSocket(cluster, proxy, onHost(node, socketOf(node)));
}

async function waitForSocket(cluster: Cluster, daemon: string, socket: string): Promise<void> {
  const answers = (): Promise<boolean> =>
    new Promise((resolve) => {
      const connection = connect(socket, () => resolve(true));
      connection.on("error", () => resolve(false));
      connection.on("connect", () => connection.destroy());
    });
  await waitUntil(cluster, { what: `the socket of ${daemon}`, seconds: 30, daemon }, answers);
}
