/**
 * Namespaces without names: a first process (`hold-*.sh`) holds them, and whoever wants in enters by its pid. They are
 * PID namespaces as well, so killing the first process ends everything that ever ran inside, containers included, and
 * with the last process its network, mounts and host name are gone. Nothing of it is to be seen on the host.
 */
import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Cluster, recordStarted } from "../folder.ts";
import { type DaemonDescription, forgetDaemon, startDaemon, stopDaemon } from "./daemon.ts";
import { waitUntil } from "./wait-until.ts";

export type Namespace = "net" | "pid" | "mount" | "uts";

export interface HolderDescription {
  readonly name: string;
  readonly namespaces: readonly Namespace[];
  /** A script beside this file; its first argument is the file into which it writes its pid when all is prepared. */
  readonly script: "hold-control-plane.sh" | "hold-node.sh";
  readonly args: readonly string[];
}

/** Makes the namespaces and waits until the script has prepared them. */
export async function startHolder(cluster: Cluster, holder: HolderDescription): Promise<number> {
  const pidFile = pidFileOf(cluster, holder.name);
  await rm(pidFile, { force: true });
  const script = fileURLToPath(new URL(holder.script, import.meta.url));
  await startDaemon(cluster, {
    name: holder.name,
    command: "unshare",
    args: [
      ...holder.namespaces.map((kind) => `--${kind}`),
      "--fork",
      "--kill-child=KILL",
      "--",
      "bash",
      script,
      pidFile,
      ...holder.args,
    ],
  });
  const wait = { what: `namespaces of ${holder.name}`, seconds: 20, daemon: holder.name };
  await waitUntil(cluster, wait, () => existsSync(pidFile));
  const pid = await holderPid(cluster, holder.name);
  await recordStarted(cluster, pid);
  return pid;
}

/** Kills the first process, and all others inside with it. Resolves when they are gone. */
export async function endHolder(cluster: Cluster, name: string): Promise<void> {
  await stopDaemon(cluster, name, "SIGKILL");
  await forgetDaemon(cluster, name);
  await rm(pidFileOf(cluster, name), { force: true });
}

/** The first process's pid as the host sees it. */
export async function holderPid(cluster: Cluster, name: string): Promise<number> {
  const text = await readFile(pidFileOf(cluster, name), "utf8").catch(() => undefined);
  if (text === undefined) throw new Error(`${name} is not running`);
  return Number(text);
}

/** Command line that runs a command inside. */
export async function inside(
  cluster: Cluster,
  name: string,
  namespaces: readonly Namespace[],
  command: readonly string[],
): Promise<string[]> {
  const pid = await holderPid(cluster, name);
  return ["nsenter", `--target=${pid}`, ...namespaces.map((kind) => `--${kind}`), "--", ...command];
}

/** Starts a daemon inside; it ends with the first process at the latest. */
export async function startInside(
  cluster: Cluster,
  holder: string,
  namespaces: readonly Namespace[],
  daemon: DaemonDescription,
): Promise<void> {
  const [command = "", ...args] = await inside(cluster, holder, namespaces, [daemon.command, ...daemon.args]);
  await startDaemon(cluster, { ...daemon, command, args });
}

function pidFileOf(cluster: Cluster, name: string): string {
  return join(cluster.path, "daemons", `${name}.pid`);
}
