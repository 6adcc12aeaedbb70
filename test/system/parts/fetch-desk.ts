/** Where `larder fetch` is run on a real containerd: a working directory of its own, and the proof that a run leaves nothing. */
import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { mkdir, mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "vitest";
import { findCommand } from "../../kit/run/find-command.ts";
import { processesOfRun } from "../../kit/run/proc.ts";
import { type LarderOptions, type LarderRun, runLarder } from "../../kit/run-larder.ts";
import type { Containerd } from "./containerd.ts";
import type { RunFolder } from "./run-folder.ts";

export interface FetchDesk {
  /** The working directory of Larder. */
  readonly path: string;
  /** `larder fetch` with the event stream on standard output. */
  fetch(args: readonly string[], options?: LarderOptions): Promise<LarderRun>;
  /** Fails if a run left a process or a temporary file, or if containerd still works for it. Removes every image. */
  expectNothingLeft(): Promise<void>;
}

/** Told by the environment, which children inherit, so that no child of a run goes unseen. */
const DESK_VARIABLE = "LARDER_TEST_RUN";

export async function openFetchDesk(folder: RunFolder, containerd: Containerd): Promise<FetchDesk> {
  const path = await mkdtemp(join(folder.path, "desk-"));
  const temporary = join(path, "tmp");
  await mkdir(temporary);
  return {
    path,
    fetch: (args, options = {}) =>
      runLarder(["fetch", "--cri-socket", containerd.socket, "--output", "ndjson", ...args], {
        ...options,
        cwd: path,
        environment: {
          TMPDIR: temporary,
          NODE_NAME: "worker-1",
          [DESK_VARIABLE]: path,
          ...options.environment,
        },
      }),
    async expectNothingLeft() {
      expect(readdirSync(temporary), "temporary files left behind").toEqual([]);
      expect(await processesOfRun(path), "processes left behind").toEqual([]);
      await expectIdle(containerd);
    },
  };
}

/**
 * A pull holds a lease until it has returned, also when it was cancelled. Without leases and images, containerd's garbage
 * collector removes what was downloaded, unless somebody still writes it.
 */
async function expectIdle(containerd: Containerd): Promise<void> {
  const ctr = await findCommand("ctr", "containerd");
  const ask = async (...args: readonly string[]): Promise<string> =>
    (await promisify(execFile)(ctr, ["--address", containerd.socket, "--namespace", "k8s.io", ...args])).stdout.trim();
  await expect.poll(() => ask("leases", "list", "--quiet"), { timeout: 10_000 }).toBe("");
  await containerd.removeImages();
  await ask("content", "prune", "references");
  expect(await ask("content", "list", "--quiet"), "content left behind").toBe("");
  expect((await ask("content", "active")).split("\n").slice(1), "downloads left behind").toEqual([]);
}
