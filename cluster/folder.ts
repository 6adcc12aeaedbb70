/**
 * One cluster's folder: everything that the kit writes lies in it (sockets, disks of nodes, keys, logs), and the book of
 * runs says who owns it. A cluster lives as long as the first process of its control plane: when that is gone, whoever
 * comes next sweeps what is left, by the ids in the book.
 */
import { randomUUID } from "node:crypto";
import { lstat, mkdir, readFile, realpath, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../test/kit/run/free-port.ts";
import {
  handOver,
  openLedger,
  type ProcessId,
  type RunRecord,
  recordProcess,
  recordRun,
  sweep,
} from "../test/kit/run/ledger.ts";
import { bootId, startTimeOf } from "../test/kit/run/proc.ts";
import type { KubernetesVersion } from "./binaries/modules.ts";

export interface Cluster {
  readonly id: string;
  readonly path: string;
  /** Of the control plane. */
  readonly version: KubernetesVersion;
  /** Where the host reaches it, on 127.0.0.1. */
  readonly ports: { readonly api: number; readonly open: number; readonly locked: number };
}

/**
 * Sweeps what killed runs left, then makes the folder of a new cluster.
 * @param name letters, digits and hyphens; clusters of different names run side by side
 * @throws if a cluster of this name is up, or coming up
 */
export async function createCluster(name: string, version: KubernetesVersion): Promise<Cluster> {
  const ledger = await openLedger();
  await sweep(ledger);
  const path = await pathOf(name);
  await mkdir(path, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
    throw new Error(`cluster ${name} is up (${path}): take it down first, or name another one by LARDER_CLUSTER`);
  });
  const id = randomUUID();
  recordRun(ledger, await runOf({ id, path }, process.pid));
  const [api, open, locked] = [await freePort(), await freePort(), await freePort()];
  const cluster: Cluster = { id, path, version, ports: { api, open, locked } };
  for (const folder of ["daemons", "logs", "keys", "sockets", "nodes", "numbers"]) await mkdir(join(path, folder));
  await writeFile(join(path, "cluster.json"), JSON.stringify(cluster));
  return cluster;
}

/** @throws if no cluster of this name is up */
export async function openCluster(name: string): Promise<Cluster> {
  const path = await pathOf(name);
  const status = await lstat(path).catch(() => undefined);
  if (status === undefined) throw new Error(`cluster ${name} is not up: npm run cluster -- up`);
  if (!status.isDirectory() || status.uid !== process.getuid?.()) throw new Error(`${path} is not this user's`);
  return JSON.parse(await readFile(join(path, "cluster.json"), "utf8")) as Cluster;
}

/** From now on the cluster belongs to this process, and lives as long as it does. */
export async function giveTo(cluster: Cluster, pid: number): Promise<void> {
  await handOver(await openLedger(), await runOf(cluster, pid));
}

async function runOf({ id, path }: Pick<Cluster, "id" | "path">, pid: number): Promise<RunRecord> {
  const owner = { pid, startTime: (await startTimeOf(pid)) ?? "" };
  return { id, boot: await bootId(), owner, folder: { path, inode: (await stat(path)).ino } };
}

/** Writes a process into the book, so that it is ended even if this one is killed. */
export async function recordStarted(cluster: Cluster, pid: number): Promise<ProcessId> {
  const id = { pid, startTime: (await startTimeOf(pid)) ?? "" };
  recordProcess(await openLedger(), cluster.id, id);
  return id;
}

/** For people and clients on the host: user admin, https://127.0.0.1:PORT. */
export function adminKubeconfig(cluster: Cluster): string {
  return join(cluster.path, "kubeconfig");
}

async function pathOf(name: string): Promise<string> {
  if (!/^[a-z0-9-]{1,24}$/.test(name)) throw new Error(`${name} cannot name a cluster: use a-z, 0-9 and hyphens`);
  return join(await realpath(tmpdir()), `larder-cluster-${process.getuid?.() ?? 0}-${name}`);
}
