/**
 * Processes of a cluster that outlive the command which started them: each with a log file, and a record from which a
 * later command can find it, stop it and start it again just as it was.
 */
import { spawn } from "node:child_process";
import { open, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { searchPath } from "../../test/kit/run/find-command.ts";
import { isAlive, type ProcessId } from "../../test/kit/run/ledger.ts";
import { RUN_VARIABLE } from "../../test/kit/run/proc.ts";
import { type Cluster, recordStarted } from "../folder.ts";

export interface DaemonDescription {
  /** Names its log, `logs/NAME.log`; those of a node are called `NODE.NAME`. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

interface DaemonRecord extends ProcessId {
  readonly description: DaemonDescription;
}

/** Starts it in the background, in a process group of its own; says nothing about whether it is ready. */
export async function startDaemon(cluster: Cluster, description: DaemonDescription): Promise<ProcessId> {
  const { name, command, args, environment } = description;
  if (await isRunning(cluster, name)) throw new Error(`${name} runs already`);
  const log = await open(logOf(cluster, name), "a");
  const child = spawn(command, args, {
    detached: true,
    cwd: "/",
    env: { PATH: searchPath(), HOME: "/root", ...environment, [RUN_VARIABLE]: cluster.id },
    stdio: ["ignore", log.fd, log.fd],
  });
  const failed = new Promise<never>((_, reject) => child.once("error", reject));
  await log.close();
  if (child.pid === undefined) return await failed;
  child.unref();
  const id = await recordStarted(cluster, child.pid);
  await writeFile(recordOf(cluster, name), JSON.stringify({ ...id, description }));
  return id;
}

export async function isRunning(cluster: Cluster, name: string): Promise<boolean> {
  const record = await readRecord(cluster, name);
  return record !== undefined && (await isAlive(record));
}

/**
 * Ends it and what is left of its process group; its record stays, so that it can be started again.
 * @param signal what it gets first; SIGKILL follows after five seconds
 */
export async function stopDaemon(cluster: Cluster, name: string, signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
  const record = await readRecord(cluster, name);
  if (record === undefined) throw new Error(`${name} was never started`);
  if (!(await isAlive(record))) return;
  const deadline = Date.now() + 5_000;
  signalGroup(record.pid, signal);
  while (groupLives(record.pid)) {
    if (Date.now() > deadline) signalGroup(record.pid, "SIGKILL");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Freezes it while something is done: it keeps its connections and takes new ones, and says nothing. */
export async function pausedWhile<T>(cluster: Cluster, name: string, work: () => Promise<T>): Promise<T> {
  const record = await readRecord(cluster, name);
  if (record === undefined || !(await isAlive(record))) throw new Error(`${name} is not running`);
  signalGroup(record.pid, "SIGSTOP");
  try {
    return await work();
  } finally {
    signalGroup(record.pid, "SIGCONT");
  }
}

/** Starts what `stopDaemon` stopped, just as it was. */
export async function startAgain(cluster: Cluster, name: string): Promise<void> {
  const record = await readRecord(cluster, name);
  if (record === undefined) throw new Error(`${name} was never started`);
  await startDaemon(cluster, record.description);
}

export async function forgetDaemon(cluster: Cluster, name: string): Promise<void> {
  await rm(recordOf(cluster, name), { force: true });
}

function logOf(cluster: Cluster, name: string): string {
  return join(cluster.path, "logs", `${name}.log`);
}

export async function logTail(cluster: Cluster, name: string): Promise<string> {
  const text = await readFile(logOf(cluster, name), "utf8").catch(() => "");
  return text.split("\n").slice(-20).join("\n");
}

function recordOf(cluster: Cluster, name: string): string {
  return join(cluster.path, "daemons", `${name}.json`);
}

async function readRecord(cluster: Cluster, name: string): Promise<DaemonRecord | undefined> {
  const text = await readFile(recordOf(cluster, name), "utf8").catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as DaemonRecord);
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // The group is empty.
  }
}

function groupLives(pid: number): boolean {
  try {
    return process.kill(-pid, 0);
  } catch {
    return false;
  }
}
