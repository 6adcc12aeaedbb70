import { readdir, rename } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removeCgroups } from "../test/kit/run/cgroups.ts";
import { crossOut, endProcesses, openLedger, removeFolder } from "../test/kit/run/ledger.ts";
import type { KubernetesVersion } from "./binaries/modules.ts";
import { startControlPlane, waitForAccounts } from "./control-plane/start.ts";
import { type Cluster, createCluster, giveTo } from "./folder.ts";
import { GATEWAY, SERVICE_IP } from "./network/addresses.ts";
import { holderOf, readNode } from "./nodes/node.ts";
import { isRunning } from "./processes/daemon.ts";
import { endHolder, startHolder } from "./processes/holder.ts";
import { pushTestImages } from "./registries/images.ts";
import { startRegistries } from "./registries/registries.ts";
import { say, secondsSince } from "./say.ts";

export interface UpOptions {
  /** Of the control plane. @default 1.35 */
  readonly version?: KubernetesVersion;
  /** More options of kube-apiserver, for example `--feature-gates=…`. @default none */
  readonly apiserverArgs?: readonly string[];
}

/**
 * Starts a cluster without nodes: control plane, registries, test images. It belongs to its own first process afterwards, so
 * it outlives the caller; until then it is the caller's, and a caller that is killed leaves it to the next sweep.
 * @throws if it did not come up; what was started has been taken down then
 */
export async function upCluster(name: string, options: UpOptions = {}): Promise<Cluster> {
  const started = performance.now();
  const cluster = await createCluster(name, options.version ?? "1.35");
  try {
    const holder = await startHolder(cluster, {
      name: "control-plane",
      namespaces: ["net", "pid"],
      script: "hold-control-plane.sh",
      args: [GATEWAY, SERVICE_IP],
    });
    await Promise.all([
      startControlPlane(cluster, options.apiserverArgs),
      startRegistries(cluster).then(() => pushTestImages(cluster)),
    ]);
    await waitForAccounts(cluster);
    await giveTo(cluster, holder);
  } catch (error) {
    await downCluster(cluster);
    throw error;
  }
  say(`control plane ${cluster.version}, registries and images are ready (${secondsSince(started)})`);
  return cluster;
}

/**
 * Ends everything that the cluster started and removes its folder.
 * @param keepLogs moves the logs out of it first
 * @returns the folder of the logs, if they are kept
 */
export async function downCluster(cluster: Cluster, keepLogs = false): Promise<string | undefined> {
  for (const name of await readdir(join(cluster.path, "nodes"))) {
    const holder = holderOf(await readNode(cluster, name));
    if (await isRunning(cluster, holder)) await endHolder(cluster, holder);
  }
  if (await isRunning(cluster, "control-plane")) await endHolder(cluster, "control-plane");
  await endProcesses(cluster.id);
  await removeCgroups(cluster.id);
  const kept = join(tmpdir(), `larder-cluster-logs-${cluster.id.slice(0, 8)}`);
  if (keepLogs) await rename(join(cluster.path, "logs"), kept);
  await removeFolder(cluster.path);
  await crossOut(await openLedger(), cluster.id);
  return keepLogs ? kept : undefined;
}
