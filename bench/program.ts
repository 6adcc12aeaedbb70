/** Runs a program as a user would, and measures it from its start until it is gone. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

export interface Program {
  readonly command: string;
  readonly args: readonly string[];
}

export interface ProgramRun {
  readonly exitCode: number | null;
  readonly ms: number;
  readonly stdout: string;
  readonly stderr: string;
}

const entry = fileURLToPath(new URL("../dist/larder.js", import.meta.url));
const peakMemory = fileURLToPath(new URL("../tools/peak-memory.cjs", import.meta.url));

/** The built Larder. @param nodeFlags stand before the program, as V8's own flags must */
export function larder(args: readonly string[], nodeFlags: readonly string[] = [], node = process.execPath): Program {
  return { command: node, args: [...nodeFlags, entry, ...args] };
}

/** What every Node program costs that does nothing. */
export function emptyNode(nodeFlags: readonly string[] = [], node = process.execPath): Program {
  return { command: node, args: [...nodeFlags, "--eval", "0"] };
}

export async function runProgram({ command, args }: Program): Promise<ProgramRun> {
  const startedAt = performance.now();
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  const [exitCode] = (await once(child, "exit")) as [number | null];
  const ms = performance.now() - startedAt;
  const [stdout, stderr] = await output;
  return { exitCode, ms, stdout, stderr };
}

/** @throws if it does not end as it should */
export async function runToEnd(program: Program, expected: number | null = 0): Promise<ProgramRun> {
  const run = await runProgram(program);
  if (run.exitCode === expected) return run;
  throw new Error(`${program.args.join(" ")} ended ${run.exitCode}, not ${expected}:\n${run.stdout}${run.stderr}`);
}

/**
 * The peak of resident memory of a Node program, in MiB.
 * @throws if it does not end with 0
 */
export async function peakMemoryOf({ command, args }: Program): Promise<number> {
  const child = spawn(command, ["--require", peakMemory, ...args], { stdio: ["ignore", "ignore", "pipe", "pipe"] });
  const written = child.stdio[3];
  if (!child.stderr || !written || !("read" in written)) throw new Error("the program's pipes are missing");
  const [peak, errors, [exitCode]] = await Promise.all([text(written), text(child.stderr), once(child, "exit")]);
  if (exitCode !== 0) throw new Error(`${args.join(" ")} ended ${String(exitCode)}:\n${errors}`);
  return Number(peak) / 1_024;
}
