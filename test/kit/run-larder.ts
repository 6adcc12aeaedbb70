import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

export interface LarderRun {
  /** null: ended by a signal. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly tookMs: number;
  /** The events on standard output, of runs with `--output ndjson`. */
  readonly events: readonly ParsedEvent[];
}

/** As a reader of another make sees an event: JSON, and no more. */
export type ParsedEvent = Readonly<Record<string, unknown>> & { readonly kind: string; readonly time: string };

export interface LarderOptions {
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Standard input; without it there is none. */
  readonly input?: string;
  /** @default two minutes */
  readonly timeoutMs?: number;
  /** Called when the process runs. */
  readonly onStart?: (signal: (name: NodeJS.Signals) => void) => void;
  /**
   * Called with each event as it comes, to do something in mid-run; `signal` sends one to Larder, `closeOutput` stops
   * reading its standard output.
   */
  readonly onEvent?: (event: ParsedEvent, signal: (name: NodeJS.Signals) => void, closeOutput: () => void) => void;
  /** Called with pieces of standard output as they come. */
  readonly onOutput?: (text: string) => void;
  /** Called with pieces of standard error as they come. */
  readonly onError?: (text: string, signal: (name: NodeJS.Signals) => void) => void;
}

const entry = fileURLToPath(new URL("../../dist/larder.js", import.meta.url));

/** Runs the built program as its users do: a process, its output, its exit code. */
export async function runLarder(args: readonly string[], options: LarderOptions = {}): Promise<LarderRun> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [entry, ...args], {
    cwd: options.cwd,
    env: { ...process.env, NO_COLOR: "1", ...options.environment },
    stdio: ["pipe", "pipe", "pipe"],
    timeout: options.timeoutMs ?? 120_000,
  });
  child.stdin.end(options.input);
  options.onStart?.((name) => child.kill(name));
  const output = { stdout: "", stderr: "" };
  const events: ParsedEvent[] = [];
  let unread = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    output.stderr += text;
    options.onError?.(text, (name) => child.kill(name));
  });
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output.stdout += text;
    options.onOutput?.(text);
    const lines = (unread + text).split("\n");
    unread = lines.pop() ?? "";
    for (const line of lines.filter((candidate) => candidate.startsWith('{"schema":"larder.dev/event/'))) {
      const event = JSON.parse(line) as ParsedEvent;
      events.push(event);
      options.onEvent?.(
        event,
        (name) => child.kill(name),
        () => child.stdout.destroy(),
      );
    }
  });
  const [exitCode] = (await once(child, "close")) as [number | null];
  return { ...output, exitCode, events, tookMs: performance.now() - startedAt };
}

export function finishedImages(run: LarderRun): Record<string, ParsedEvent> {
  const finished = run.events.filter((event) => event.kind === "image-finished");
  return Object.fromEntries(finished.map((event) => [String(event["image"]), event]));
}
