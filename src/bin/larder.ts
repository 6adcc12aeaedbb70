/**
 * The real world: the only place that touches the process. It builds the World, runs a command and hands its exit code
 * over; the process then ends by itself, since nothing is left open.
 */
import { randomUUID } from "node:crypto";
import { setMaxListeners } from "node:events";
import { hostname } from "node:os";
import { addAbortSignal } from "node:stream";
import { run, ExitCode as StricliCode, type StricliProcess } from "@stricli/core";
import { larderApplication } from "#commands/application.ts";
import type { LarderContext, World } from "#commands/world.ts";
import { ExitCode } from "#domain/run/exit-code.ts";
import { systemClock } from "#effects/system/clock.ts";
import { systemFiles } from "#effects/system/files.ts";
import { temporaryFolder } from "#effects/system/temporary-folder.ts";
import type { TextSink } from "#ports/terminal.ts";

/** Put in by the build. */
declare const LARDER_VERSION: string;

/** Every pull listens to the same few signals for its end; Node's warning of more than ten listeners is about leaks, and this is none. */
setMaxListeners(0);

const interrupt = new AbortController();
const files = systemFiles();

/** The first signal stops the run in order; a second one means it. */
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    if (interrupt.signal.aborted) endAtOnce();
    interrupt.abort();
  });
}

function endAtOnce(): never {
  files.removeUnfinished();
  process.exit(ExitCode.Interrupted);
}

function sink(stream: NodeJS.WriteStream): TextSink {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    interrupt.abort();
  });
  return {
    write: (text) => void stream.write(text),
    isTTY: stream.isTTY,
    size: () => (stream.isTTY ? { columns: stream.columns, rows: stream.rows } : undefined),
  };
}

const clock = systemClock();

function kill(pid: number, signal: NodeJS.Signals): void {
  process.kill(pid, signal);
}

const world: World = {
  version: LARDER_VERSION,
  clock,
  files,
  terminal: { stdout: sink(process.stdout), stderr: sink(process.stderr) },
  stdin: (signal) => addAbortSignal(signal, process.stdin),
  environment: process.env,
  hostName: hostname(),
  interrupted: interrupt.signal,
  random: Math.random,
  newRunId: randomUUID,
  temporaryFolder,
  openCredentialPlugins: async (binDir) => {
    const { credentialPlugins } = await import("#effects/credential-plugins/plugins.ts");
    return credentialPlugins({ binDir, environment: process.env, clock, kill });
  },
  connectCri: async (socket) => (await import("#effects/cri/connect.ts")).connectCri({ socket }),
};

const streams: StricliProcess = { stdout: process.stdout, stderr: process.stderr, env: process.env };
const context: LarderContext = { world, process: streams, exitCode: ExitCode.Done };

await run(larderApplication(world.version), process.argv.slice(2), context);
process.exitCode = exitCodeOfRun(Number(streams.exitCode ?? 0));

/** What the command line library says by negative numbers is wrong usage for us. */
function exitCodeOfRun(code: number): number {
  const isOurs = code === StricliCode.Success || code > 0;
  if (!isOurs) return ExitCode.Usage;
  return code === StricliCode.Success ? context.exitCode : code;
}
