import { existsSync, readdirSync, readFileSync } from "node:fs";
import { readdir, rename } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removeCgroups } from "../test/kit/run/cgroups.ts";
import { crossOut, endProcesses, openLedger, removeFolder } from "../test/kit/run/ledger.ts";
import type { KubernetesVersion } from "./binaries/modules.ts";
import { type ControlPlaneOptions, startControlPlane, waitForAccounts } from "./control-plane/start.ts";
import { type Cluster, createCluster, giveTo } from "./folder.ts";
import { GATEWAY, SERVICE_IP } from "./network/addresses.ts";
import { HOLDER_SUFFIX } from "./nodes/node.ts";
import { endHolder, holderPid, startHolder } from "./processes/holder.ts";
import { pushTestImages } from "./registries/images.ts";
import { startRegistries } from "./registries/registries.ts";
import { say, secondsSince } from "./say.ts";

export interface UpOptions extends ControlPlaneOptions {
  /** Of the control plane. @default 1.35 */
  readonly version?: KubernetesVersion;
}

const CONTROL_PLANE = "control-plane";

/**
 * Starts a cluster without nodes: control plane, registries, test images. It is the caller's: if the caller is killed, the
 * next run sweeps it.
 * @throws if it did not come up; what was started has been taken down then
 */
export async function upCluster(name: string, options: UpOptions = {}): Promise<Cluster> {
  const started = performance.now();
  const cluster = await createCluster(name, options.version ?? "1.35");
  try {
    await startHolder(cluster, {
      name: CONTROL_PLANE,
      namespaces: ["net", "pid"],
      script: "hold-control-plane.sh",
      args: [GATEWAY, SERVICE_IP],
    });
    // Both are awaited even if one fails, so that nothing is started any more when all of it is taken down.
    const parts = await Promise.allSettled([
      startControlPlane(cluster, options),
      startRegistries(cluster).then(() => pushTestImages(cluster)),
    ]);
    for (const part of parts) if (part.status === "rejected") throw part.reason;
    await waitForAccounts(cluster);
  } catch (error) {
    await downCluster(cluster);
    throw error;
  }
  say(`control plane ${cluster.version}, registries and images are ready (${secondsSince(started)})`);
  return cluster;
}

/** Gives the cluster to its own first process, so that it outlives the caller. */
export async function leaveRunning(cluster: Cluster): Promise<void> {
  await giveTo(cluster, await holderPid(cluster, CONTROL_PLANE));
}

/**
 * Ends everything that the cluster started and removes its folder.
 * @param keepLogs moves the logs out of it first
 * @returns the folder of the logs, if they are kept
 */
export async function downCluster(cluster: Cluster, keepLogs = false): Promise<string | undefined> {
  const daemons = (await readdir(join(cluster.path, "daemons"))).map((file) => file.replace(/\.json$/, ""));
  const holders = daemons.filter((name) => name === CONTROL_PLANE || name.endsWith(HOLDER_SUFFIX));
  await Promise.all(holders.map((name) => endHolder(cluster, name)));
  await endProcesses(cluster.id);
  await removeCgroups(cluster.id);
  const kept = join(tmpdir(), `larder-cluster-logs-${cluster.id.slice(0, 8)}`);
  if (keepLogs) await rename(join(cluster.path, "logs"), kept);
  await removeFolder(cluster.path);
  await crossOut(await openLedger(), cluster.id);
  return keepLogs ? kept : undefined;
}

/**
 * Ends everything at once, for a process that is about to exit and can wait for nothing; the next run takes away the folder.
 */
export function killCluster(cluster: Cluster): void {
  const daemons = join(cluster.path, "daemons");
  const pids = existsSync(daemons) ? readdirSync(daemons).filter((file) => file.endsWith(".pid")) : [];
  for (const file of pids) {
    try {
      process.kill(Number(readFileSync(join(daemons, file), "utf8")), "SIGKILL");
    } catch {
      // It has ended already.
    }
  }
}
