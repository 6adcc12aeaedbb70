/**
 * The place of one run of real parts: their sockets, stores, configurations and logs, and the book of what was started.
 * A run that passes leaves nothing; one that fails keeps its folder and says where; one that is killed is swept by the next.
 */
import { randomUUID } from "node:crypto";
import { mkdtemp, realpath, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll } from "vitest";
import {
  crossOut,
  endProcesses,
  openLedger,
  recordProcess,
  recordRun,
  removeFolder,
  sweep,
  unmountUnder,
} from "../../kit/run/ledger.ts";
import { bootId, mountsUnder, RUN_VARIABLE, startTimeOf } from "../../kit/run/proc.ts";

export interface RunFolder {
  readonly id: string;
  /** Short enough for UNIX sockets in it (108 characters). */
  readonly path: string;
  /** Put this into the environment of everything that is started, so that it can be found again. */
  readonly environment: Readonly<Record<string, string>>;
  /** Writes a started process into the book. */
  record(pid: number): Promise<void>;
  /**
   * Ends the run: what still runs is killed, what is still mounted is unmounted.
   * @param outcome `passed` removes the folder, and throws if anything was left running or mounted; `failed` keeps it
   */
  close(outcome: "passed" | "failed"): Promise<void>;
}

/** Sweeps what killed runs left, then opens a new folder. */
export async function openRunFolder(): Promise<RunFolder> {
  const ledger = await openLedger();
  await sweep(ledger);
  const id = randomUUID();
  const path = await mkdtemp(join(await realpath(tmpdir()), "larder-"));
  const inode = (await stat(path)).ino;
  const startTime = (await startTimeOf(process.pid)) ?? "";
  recordRun(ledger, { id, boot: await bootId(), owner: { pid: process.pid, startTime }, folder: { path, inode } });
  return {
    id,
    path,
    environment: { [RUN_VARIABLE]: id },
    async record(pid) {
      const started = await startTimeOf(pid);
      if (started !== undefined) recordProcess(ledger, id, { pid, startTime: started });
    },
    async close(outcome) {
      const left = [...(await endProcesses(id)), ...(await mountsUnder(path))];
      await unmountUnder(path);
      if (outcome === "passed") await removeFolder(path);
      await crossOut(ledger, id);
      if (outcome === "failed") console.error(`The logs of the real parts are kept in ${path}`);
      else if (left.length > 0) throw new Error(`the run left behind: ${left.join(", ")}`);
    },
  };
}

/**
 * A run folder for the tests of this file or describe block, opened before the first and closed after the last.
 * @returns gives the folder; call it inside tests and hooks only
 */
export function useRunFolder(): () => RunFolder {
  let folder: RunFolder | undefined;
  let failed = false;
  beforeAll(async () => {
    folder = await openRunFolder();
  });
  afterEach((context) => {
    failed ||= context.task.result?.state === "fail";
  });
  // oxlint-disable-next-line eslint/no-empty-pattern -- vitest reads the pattern and takes nothing but an object there
  afterAll(async ({}, suite) => {
    await folder?.close(failed || suite.result?.state === "fail" ? "failed" : "passed");
  });
  return () => {
    if (folder === undefined)
      throw new Error("the run folder is opened by beforeAll: ask for it inside a test or hook");
    return folder;
  };
}
