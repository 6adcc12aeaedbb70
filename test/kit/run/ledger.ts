/**
 * The book of runs: one file per run that is under way, with the ids of what it started. A run that ends crosses itself
 * out; what a killed run left is found here by the next one, and only what is written here is ever touched.
 */
import { execFile } from "node:child_process";
import { appendFileSync } from "node:fs";
import { lstat, mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { removeCgroups } from "./cgroups.ts";
import { bootId, mountsUnder, processesOfRun, startTimeOf } from "./proc.ts";

export interface ProcessId {
  readonly pid: number;
  readonly startTime: string;
}

export interface RunRecord {
  readonly id: string;
  readonly boot: string;
  /** The test process, or the first process of a cluster; while it lives the run is under way. */
  readonly owner: ProcessId;
  readonly folder: { readonly path: string; readonly inode: number };
}

/** Opens the book, which only this user may write. */
export async function openLedger(): Promise<string> {
  const uid = process.getuid?.() ?? 0;
  const ledger = join(tmpdir(), `larder-runs-${uid}`);
  await mkdir(ledger, { mode: 0o700, recursive: true });
  const status = await lstat(ledger);
  if (!status.isDirectory() || status.uid !== uid || (status.mode & 0o022) !== 0) {
    throw new Error(`${ledger} is not a folder that only user ${uid} can write: remove it`);
  }
  return ledger;
}

export function recordRun(ledger: string, run: RunRecord): void {
  append(ledger, run.id, run);
}

export function recordProcess(ledger: string, runId: string, id: ProcessId): void {
  append(ledger, runId, id);
}

/** From now on the run lives as long as another process does; what was written down of it stays. */
export async function handOver(ledger: string, run: RunRecord): Promise<void> {
  const file = join(ledger, `${run.id}.ndjson`);
  const { processes } = await readRecords(file);
  await writeFile(`${file}.new`, [run, ...processes].map((record) => `${JSON.stringify(record)}\n`).join(""));
  await rename(`${file}.new`, file);
}

export async function crossOut(ledger: string, runId: string): Promise<void> {
  await rm(join(ledger, `${runId}.ndjson`), { force: true });
}

/** Ends, unmounts and removes what killed runs left behind. */
export async function sweep(ledger: string): Promise<void> {
  const boot = await bootId();
  for (const file of await readdir(ledger)) {
    const { run, processes } = await readRecords(join(ledger, file));
    if (run === undefined) continue;
    const sameBoot = run.boot === boot;
    if (sameBoot && (await isAlive(run.owner))) continue;
    if (sameBoot) {
      for (const id of processes) {
        if (await isAlive(id)) killQuietly(id.pid);
      }
      await endProcesses(run.id);
      await removeCgroups(run.id);
    }
    const now = await stat(run.folder.path).catch(() => undefined);
    if (now?.ino === run.folder.inode) await removeFolder(run.folder.path);
    await crossOut(ledger, run.id);
  }
}

/**
 * Kills every process that carries the run's id, and those that they start meanwhile.
 * @returns the command lines of what had to be killed
 */
export async function endProcesses(runId: string): Promise<string[]> {
  const ended = new Map<number, string>();
  for (let round = 0; round < 100; round += 1) {
    const left = await processesOfRun(runId);
    if (left.length === 0) return [...ended.values()];
    for (const { pid, command } of left) {
      ended.set(pid, command);
      killQuietly(pid);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`cannot be killed: ${[...ended.values()].join(", ")}`);
}

/** @returns the mount points that had to be unmounted */
export async function unmountUnder(folder: string): Promise<string[]> {
  const points = await mountsUnder(folder);
  for (const point of points) {
    // Busy mounts are detached: their users were killed a moment ago, and the kernel lets go when they are gone.
    await promisify(execFile)("umount", [point]).catch(() => promisify(execFile)("umount", ["--lazy", point]));
  }
  return points;
}

/** Removes a folder, but never through a mount into somebody else's files. */
export async function removeFolder(folder: string): Promise<void> {
  await unmountUnder(folder);
  const left = await mountsUnder(folder);
  if (left.length > 0) throw new Error(`still mounted, so ${folder} is kept: ${left.join(", ")}`);
  await rm(folder, { recursive: true, force: true });
}

export async function isAlive(id: ProcessId): Promise<boolean> {
  return (await startTimeOf(id.pid)) === id.startTime;
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended in the meantime.
  }
}

function append(ledger: string, runId: string, record: RunRecord | ProcessId): void {
  appendFileSync(join(ledger, `${runId}.ndjson`), `${JSON.stringify(record)}\n`);
}

async function readRecords(file: string): Promise<{ run: RunRecord | undefined; processes: ProcessId[] }> {
  const text = await readFile(file, "utf8").catch(() => "");
  // A run that was killed while writing leaves half a line at the end, which names nothing.
  const records = text
    .split("\n")
    .slice(0, -1)
    .map((line): unknown => JSON.parse(line));
  return { run: records.find(isRun), processes: records.filter(isProcess) };
}

function isRun(record: unknown): record is RunRecord {
  return typeof record === "object" && record !== null && "owner" in record;
}

function isProcess(record: unknown): record is ProcessId {
  return typeof record === "object" && record !== null && "pid" in record;
}
