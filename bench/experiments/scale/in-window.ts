/** A program in a window: `script` (util-linux) gives it a pseudo terminal, and what it draws is read and timed. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Program } from "../../program.ts";

export interface WindowRun {
  readonly seconds: number;
  /** Of resident memory, in MiB. */
  readonly peak: number;
  /** Between two things that it drew, from when it first drew over something, in seconds. */
  readonly longestPause: number;
}

const peakMemory = fileURLToPath(new URL("../../../tools/peak-memory.cjs", import.meta.url));
/** Sequences that move the cursor or erase: what is drawn is alive from here on. */
const DRAWN_OVER = ["\u001b[1A", "\u001b[2K", "\u001b[G"];
/** What the program says last, in an error. */
const TAIL = 4_000;

/** @throws if it does not end with 0 */
export async function runInWindow({ command, args }: Program, environment: Record<string, string>): Promise<WindowRun> {
  const folder = await mkdtemp(join(tmpdir(), "larder-bench-"));
  const peakFile = join(folder, "peak");
  const words = [command, "--require", peakMemory, ...args].map((word) => `'${word}'`).join(" ");
  const startedAt = performance.now();
  const child = spawn("script", ["-qefc", `stty cols 120 rows 40; exec ${words} 3>'${peakFile}'`, "/dev/null"], {
    env: { ...process.env, TERM: "xterm-256color", ...environment },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let drawnAt: number | undefined;
  let longestPauseMs = 0;
  let tail = "";
  child.stdout.on("data", (piece: Buffer) => {
    const now = performance.now();
    if (drawnAt !== undefined) longestPauseMs = Math.max(longestPauseMs, now - drawnAt);
    if (drawnAt !== undefined || DRAWN_OVER.some((sequence) => piece.includes(sequence))) drawnAt = now;
    tail = `${tail}${piece.toString()}`.slice(-TAIL);
  });
  try {
    const [exitCode] = (await once(child, "close")) as [number | null];
    if (exitCode !== 0) throw new Error(`${args.join(" ")} ended ${String(exitCode)}:\n${tail}`);
    const seconds = (performance.now() - startedAt) / 1_000;
    return { seconds, peak: Number(await readFile(peakFile, "utf8")) / 1_024, longestPause: longestPauseMs / 1_000 };
  } finally {
    await rm(folder, { recursive: true });
  }
}
