/** The built program on the cluster of this tier, as its users run it; and what it must not leave behind on the machine. */
import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { adminKubeconfig } from "../../../cluster/folder.ts";
import { type LarderOptions, type LarderRun, runLarder } from "../../kit/run-larder.ts";
import { cluster } from "./cluster.ts";
import { eventually } from "./eventually.ts";
import { larderImage } from "./larder-image.ts";

export interface StoppedRun extends LarderRun {
  /** From the signal to the end of the process. */
  readonly stoppedAfterMs: number;
}

export interface LarderDesk {
  /** Where Larder is run: for files that it reads and writes by a plain name. */
  readonly folder: string;
  /** Writes a Stock, and names its file. */
  stock(name: string, namespace: string, spec: object): Promise<string>;
  run(args: readonly string[], options?: LarderOptions): Promise<LarderRun>;
  /** Ctrl-C as soon as `isTime` says so. */
  stop(args: readonly string[], isTime: (run: StartedRun) => Promise<unknown>): Promise<StoppedRun>;
  /** Temporary files, and processes that this desk started and that still run. */
  leftBehind(): Promise<string[]>;
}

/** What can be seen of a run while it goes on. */
export interface StartedRun {
  /** Waits until this stands in its output or among its errors. */
  readonly says: (text: string) => Promise<unknown>;
}

/** @returns a desk that lasts until the end of the test that is running */
export async function openLarderDesk(): Promise<LarderDesk> {
  const folder = await mkdtemp(join(tmpdir(), "larder-desk-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const temporary = join(folder, "tmp");
  await mkdir(temporary);
  const mark = `LARDER_DESK=${randomUUID()}`;
  const environment = {
    KUBECONFIG: adminKubeconfig(cluster),
    LARDER_AGENT_IMAGE: await larderImage(),
    TMPDIR: temporary,
    LARDER_DESK: mark.slice("LARDER_DESK=".length),
  };
  const run = (args: readonly string[], options: LarderOptions = {}): Promise<LarderRun> =>
    runLarder(args, { cwd: folder, ...options, environment: { ...environment, ...options.environment } });
  return {
    folder,
    async stock(name, namespace, spec) {
      const stock = { apiVersion: "larder.dev/v1alpha1", kind: "Stock", metadata: { name, namespace }, spec };
      const file = join(folder, `${name}.yaml`);
      await writeFile(file, JSON.stringify(stock));
      return file;
    },
    run,
    async stop(args, isTime) {
      let interrupt = (_name: NodeJS.Signals): void => {};
      let said = "";
      let hasEnded = false;
      const running = run(args, {
        onStart: (signal) => (interrupt = signal),
        onOutput: (text) => (said += text),
        onError: (text) => (said += text),
      }).finally(() => (hasEnded = true));
      const says = (text: string): Promise<unknown> =>
        eventually(text, async () => (hasEnded || said.includes(text) ? true : undefined));
      await Promise.race([isTime({ says }), running]);
      const startedAt = performance.now();
      if (hasEnded) throw new Error(`it ended before it was stopped: ${JSON.stringify(await running)}`);
      interrupt("SIGINT");
      const ended = await running;
      return { ...ended, stoppedAfterMs: performance.now() - startedAt };
    },
    leftBehind: async () => [...(await readdir(temporary)), ...(await processesWith(mark))],
  };
}

/** Command lines of processes with this in their environment. */
async function processesWith(mark: string): Promise<string[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found: string[] = [];
  for (const pid of pids) {
    const read = (file: string): Promise<string> => readFile(`/proc/${pid}/${file}`, "utf8").catch(() => "");
    if ((await read("environ")).split("\0").includes(mark)) found.push((await read("cmdline")).replaceAll("\0", " "));
  }
  return found;
}
