/** Real parts as child processes: started with a log file, awaited until ready, stopped with all their children. */
import { type ChildProcess, spawn } from "node:child_process";
import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { findCommand, searchPath } from "../../kit/run/find-command.ts";
import type { RunFolder } from "./run-folder.ts";

export interface PartOptions {
  /** Names the log file: `NAME.log` in the run folder; a restart appends to it. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** What to install if the command is not there. */
  readonly debianPackage: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Asked every 20 ms; an error counts as not yet. */
  readonly ready: (signal: AbortSignal) => Promise<boolean>;
  /** @default 20,000 */
  readonly readyWithinMs?: number;
}

export interface Part {
  readonly pid: number;
  /** Path of the log file. */
  readonly log: string;
  running(): boolean;
  /** SIGTERM, and SIGKILL to the whole process group when `graceMs` (default 5,000) have passed. Resolves when it is gone. */
  stop(graceMs?: number): Promise<void>;
  /** SIGKILL to the whole process group at once. Resolves when it is gone. */
  kill(): Promise<void>;
}

/** Starts a part and waits until it is ready. An absent command is an error that names the Debian package. */
export async function startPart(folder: RunFolder, options: PartOptions): Promise<Part> {
  const command = await findCommand(options.command, options.debianPackage);
  const log = join(folder.path, `${options.name}.log`);
  const output = await open(log, "a");
  const child = spawn(command, options.args, {
    // A process group of its own, so that stopping reaches the children too.
    detached: true,
    cwd: folder.path,
    env: { PATH: searchPath(), HOME: folder.path, ...options.environment, ...folder.environment },
    stdio: ["ignore", output.fd, output.fd],
  });
  const exited = whenExited(child);
  await output.close();
  if (child.pid === undefined) throw new Error(`${options.name} cannot be started: ${await exited}`);
  await folder.record(child.pid);
  const part = partOf(child, child.pid, log, exited);
  try {
    await untilReady(options, part, exited);
  } catch (error) {
    await part.kill();
    throw new Error(`${options.name} is not ready; the end of its log:\n${await tail(log)}`, { cause: error });
  }
  return part;
}

function partOf(child: ChildProcess, pid: number, log: string, exited: Promise<string>): Part {
  const running = (): boolean => child.exitCode === null && child.signalCode === null;
  const kill = async (): Promise<void> => {
    signalGroup(pid, "SIGKILL");
    await exited;
  };
  return {
    pid,
    log,
    running,
    kill,
    async stop(graceMs = 5_000) {
      if (running()) child.kill("SIGTERM");
      const stubborn = setTimeout(() => signalGroup(pid, "SIGKILL"), graceMs);
      await exited;
      clearTimeout(stubborn);
      // What the part itself left of its group when it ended.
      signalGroup(pid, "SIGKILL");
    },
  };
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // The group is empty.
  }
}

/** Resolves when the process is gone, with how it ended; never rejects. */
function whenExited(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once("error", (error) => {
      if (child.pid === undefined) resolve(error.message);
    });
    child.once("exit", (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
}

async function untilReady(options: PartOptions, part: Part, exited: Promise<string>): Promise<void> {
  const withinMs = options.readyWithinMs ?? 20_000;
  const deadline = AbortSignal.timeout(withinMs);
  while (!(await options.ready(deadline).catch(() => false))) {
    if (!part.running()) throw new Error(`it ended: ${await exited}`);
    if (deadline.aborted) throw new Error(`it had ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function tail(log: string): Promise<string> {
  return (await readFile(log, "utf8")).split("\n").slice(-20).join("\n");
}
