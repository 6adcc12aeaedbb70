/**
 * One program, run to its end and never longer than allowed. It gets a process group of its own, so that what it starts dies
 * with it: a child that holds standard output open would otherwise keep everybody waiting.
 */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import type { Clock } from "#ports/clock.ts";
import { collectAll, collectEnds } from "./output.ts";

export interface Program {
  readonly path: string;
  readonly args: readonly string[];
  /** All of it: nothing is added. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** For its standard input, which is then closed. */
  readonly input: string;
  readonly timeoutMs: number;
  /** More than so many bytes on standard output end it. */
  readonly stdoutMax: number;
}

export interface ProgramPorts {
  readonly clock: Pick<Clock, "deadline" | "sleep">;
  /** Sends a signal to a process, or to the group -pid; throws if there is none. */
  readonly kill: (pid: number, signal: "SIGKILL") => void;
}

export type ProgramEnd =
  | { readonly kind: "exited"; readonly code: number }
  | { readonly kind: "ended-by-signal"; readonly signal: string }
  /** `code` is the system's name of the error, such as ENOENT. */
  | { readonly kind: "not-started"; readonly code: string }
  | { readonly kind: "too-much-output" }
  | { readonly kind: "timed-out" }
  /** `signal` aborted. */
  | { readonly kind: "stopped" };

export interface FinishedProgram {
  readonly end: ProgramEnd;
  /** Whole, except after too much output. */
  readonly stdout: Buffer;
  /** The first and the last part of it. */
  readonly stderr: Buffer;
}

/** How long the system may take to end what was killed, before it is left alone. */
const KILL_WAIT_MS = 1_000;

/** Ends when the program has ended and nobody holds its output open any more, or was killed. Never throws. */
export async function runProgram(program: Program, ports: ProgramPorts, signal: AbortSignal): Promise<FinishedProgram> {
  const child = signal.aborted ? { kind: "stopped" as const } : start(program);
  if ("kind" in child) return { end: child, stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };
  const deadline = ports.clock.deadline(program.timeoutMs, signal);
  const tooMuch = new AbortController();
  const stdout = collectAll(child.stdout, program.stdoutMax, () => tooMuch.abort());
  const stderr = collectEnds(child.stderr);
  const end = await Promise.race([
    endOf(child),
    aborted(tooMuch.signal).then(() => ({ kind: "too-much-output" }) as const),
    aborted(deadline.signal).then(() => ({ kind: deadline.expired() ? "timed-out" : "stopped" }) as const),
  ]);
  deadline.dispose();
  if (end.kind !== "exited" && end.kind !== "ended-by-signal") await endGroup(child, ports);
  return { end, stdout: stdout(), stderr: stderr() };
}

function start(
  program: Program,
): ChildProcessWithoutNullStreams | { readonly kind: "not-started"; readonly code: string } {
  try {
    const child = spawn(program.path, program.args, { env: program.environment, detached: true, stdio: "pipe" });
    // Where there are no file descriptors left there is no stdin either, and the error event comes later.
    child.on("error", () => {});
    // A program that does not read what it is told is free to do so.
    child.stdin.on("error", () => {});
    child.stdin.end(program.input);
    return child;
  } catch (error) {
    return { kind: "not-started", code: codeOf(error) };
  }
}

function endOf(child: ChildProcessWithoutNullStreams): Promise<ProgramEnd> {
  return new Promise((resolve) => {
    child.on("error", (error) => resolve({ kind: "not-started", code: codeOf(error) }));
    child.on("close", (code, signal) =>
      resolve(code === null ? { kind: "ended-by-signal", signal: signal ?? "a signal" } : { kind: "exited", code }),
    );
  });
}

async function endGroup(child: ChildProcessWithoutNullStreams, { clock, kill }: ProgramPorts): Promise<void> {
  const isRunning = child.pid !== undefined && child.exitCode === null && child.signalCode === null;
  const waited = new AbortController();
  const exit = isRunning ? once(child, "exit") : undefined;
  if (child.pid !== undefined) killGroup(child.pid, kill);
  await Promise.race([exit, clock.sleep(KILL_WAIT_MS, waited.signal)]);
  waited.abort();
  for (const stream of child.stdio) stream?.destroy();
  child.unref();
}

/** The group may have ended in between. */
function killGroup(leader: number, kill: ProgramPorts["kill"]): void {
  try {
    kill(-leader, "SIGKILL");
  } catch {
    // There is nothing left to end.
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown error";
}
