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
import { type SystemFiles, systemFiles } from "#effects/system/files.ts";
import { standardInput } from "#effects/system/standard-input.ts";
import { temporaryFolder } from "#effects/system/temporary-folder.ts";
import type { TextSink } from "#ports/terminal.ts";

/** Every pull listens to the same few signals for its end; Node's warning of more than ten listeners is about leaks, and this is none. */
setMaxListeners(0);

/** Runs the command that the arguments name, and sets the exit code of the process. */
export async function runLarder(version: string): Promise<void> {
  const streams: StricliProcess = { stdout: process.stdout, stderr: process.stderr, env: process.env };
  const context: LarderContext = { world: realWorld(version), process: streams, exitCode: ExitCode.Done };
  await run(larderApplication(version), process.argv.slice(2), context);
  const exitCode = exitCodeOfRun(Number(streams.exitCode ?? 0), context.exitCode);
  process.exitCode = isOutputLost && exitCode === ExitCode.Done ? ExitCode.Incomplete : exitCode;
}

function realWorld(version: string): World {
  const interrupt = new AbortController();
  const clock = systemClock();
  const files = systemFiles();
  interruptOnSignals(interrupt, files);
  return {
    version,
    clock,
    files,
    terminal: { stdout: sink(process.stdout, interrupt), stderr: sink(process.stderr, interrupt) },
    stdin: (signal) => addAbortSignal(signal, process.stdin),
    readStandardInput: () => standardInput(process.stdin, interrupt.signal)(),
    environment: process.env,
    hostName: hostname(),
    interrupted: interrupt.signal,
    random: Math.random,
    newRunId: randomUUID,
    temporaryFolder,
    openCredentialPlugins: async (binDir) => {
      const { credentialPlugins } = await import("#effects/credential-plugins/plugins.ts");
      return credentialPlugins({ binDir, environment: process.env, clock, kill: killProcess });
    },
    connectCri: async (socket) => (await import("#effects/cri/connect.ts")).connectCri({ socket }),
    openRegistries: async (settings) => {
      const { openRegistryReader } = await import("#effects/registry/reader.ts");
      return openRegistryReader({ clock, userAgent: `larder/${version}`, ...settings });
    },
    openKubernetes: async (choice) => {
      const { openKubernetes } = await import("#effects/kubernetes/open.ts");
      const outside = { environment: process.env, clock, files, random: Math.random, kill: killProcess };
      return openKubernetes(choice, { ...outside, userAgent: `larder/${version}` });
    },
  };
}

/** The first signal stops the run in order; a second one means it. */
function interruptOnSignals(interrupt: AbortController, files: SystemFiles): void {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (interrupt.signal.aborted) endAtOnce(files);
      interrupt.abort();
    });
  }
}

function endAtOnce(files: SystemFiles): never {
  files.removeUnfinished();
  process.exit(ExitCode.Interrupted);
}

function killProcess(pid: number, signal: NodeJS.Signals): void {
  process.kill(pid, signal);
}

/** Who reads nothing more wants no more to be done; output that cannot be kept (a full disk) does not stop what is under way. */
function sink(stream: NodeJS.WriteStream, interrupt: AbortController): TextSink {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") interrupt.abort();
    else tellLostOutput(stream, error);
  });
  return {
    write: (text) => void stream.write(text),
    isTTY: stream.isTTY,
    size: () => (stream.isTTY ? { columns: stream.columns, rows: stream.rows } : undefined),
  };
}

let isOutputLost = false;

function tellLostOutput(stream: NodeJS.WriteStream, error: NodeJS.ErrnoException): void {
  if (isOutputLost) return;
  isOutputLost = true;
  // Where it is noticed only after all was done and well.
  if (process.exitCode === ExitCode.Done) process.exitCode = ExitCode.Incomplete;
  const name = stream === process.stdout ? "standard output" : "standard error";
  process.stderr.write(`larder: ${name} cannot be written (${error.code ?? error.message}), so a part of it is lost\n`);
}

/** What the command line library says by negative numbers is wrong usage for us. */
function exitCodeOfRun(code: number, own: ExitCode): number {
  const isOurs = code === StricliCode.Success || code > 0;
  if (!isOurs) return ExitCode.Usage;
  return code === StricliCode.Success ? own : code;
}
