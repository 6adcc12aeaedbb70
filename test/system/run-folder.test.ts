import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { cgroupOfRun, makeCgroups } from "../kit/run/cgroups.ts";
import { handOver, openLedger, recordProcess, recordRun, sweep } from "../kit/run/ledger.ts";
import { bootId, mountsUnder, RUN_VARIABLE, startTimeOf } from "../kit/run/proc.ts";
import { startPart } from "./parts/process.ts";
import { openRunFolder } from "./parts/run-folder.ts";

const sleepers: ChildProcess[] = [];

function sleeper(environment: Record<string, string> = {}): { pid: number; gone: Promise<unknown> } {
  const child = spawn("sleep", ["300"], { env: { ...process.env, ...environment }, stdio: "ignore" });
  sleepers.push(child);
  return { pid: child.pid ?? 0, gone: once(child, "exit") };
}

afterEach(() => {
  for (const child of sleepers.splice(0)) child.kill("SIGKILL");
  vi.restoreAllMocks();
});

async function deadProcess(): Promise<{ pid: number; startTime: string }> {
  const child = sleeper();
  const startTime = (await startTimeOf(child.pid)) ?? "";
  process.kill(child.pid, "SIGKILL");
  await child.gone;
  return { pid: child.pid, startTime };
}

describe("what a killed run left behind", () => {
  it("is swept by its recorded ids: processes, their children, mounts and the folder", async () => {
    const ledger = await openLedger();
    const path = mkdtempSync(join(tmpdir(), "larder-"));
    const inode = statSync(path).ino;
    recordRun(ledger, { id: "killed-run", boot: await bootId(), owner: await deadProcess(), folder: { path, inode } });
    const recorded = sleeper();
    recordProcess(ledger, "killed-run", {
      pid: recorded.pid,
      startTime: (await startTimeOf(recorded.pid)) ?? "",
    });
    const unrecordedChild = sleeper({ [RUN_VARIABLE]: "killed-run" });
    await makeCgroups("killed-run", "node");
    mkdirSync(join(path, "disk"));
    execFileSync("mount", ["-t", "tmpfs", "tmpfs", join(path, "disk")]);
    writeFileSync(join(path, "disk", "blob"), "x");

    await sweep(ledger);

    await Promise.all([recorded.gone, unrecordedChild.gone]);
    expect(await mountsUnder(path)).toEqual([]);
    expect(existsSync(path)).toBe(false);
    expect(existsSync(join(ledger, "killed-run.ndjson"))).toBe(false);
    const groups = readdirSync("/sys/fs/cgroup", { recursive: true, encoding: "utf8" });
    expect(groups.filter((group) => group.includes(cgroupOfRun("killed-run")))).toEqual([]);
  });

  it("does not include a process that got a recorded pid later, nor a folder that was made anew", async () => {
    const ledger = await openLedger();
    const path = mkdtempSync(join(tmpdir(), "larder-"));
    onTestFinished(() => rmSync(path, { recursive: true }));
    const folder = { path, inode: statSync(path).ino + 1 };
    recordRun(ledger, { id: "other-run", boot: await bootId(), owner: await deadProcess(), folder });
    const innocent = sleeper();
    recordProcess(ledger, "other-run", { pid: innocent.pid, startTime: "1" });

    await sweep(ledger);

    expect(await startTimeOf(innocent.pid)).toBeDefined();
    expect(existsSync(path)).toBe(true);
  });

  it("is not swept while the process lives to which it was handed over, and is swept with what was recorded before", async () => {
    const ledger = await openLedger();
    const path = mkdtempSync(join(tmpdir(), "larder-"));
    const run = { id: "handed-over", boot: await bootId(), folder: { path, inode: statSync(path).ino } };
    recordRun(ledger, { ...run, owner: await deadProcess() });
    const [heir, recorded] = [sleeper(), sleeper()];
    const idOf = async (pid: number) => ({ pid, startTime: (await startTimeOf(pid)) ?? "" });
    recordProcess(ledger, "handed-over", await idOf(recorded.pid));
    await handOver(ledger, { ...run, owner: await idOf(heir.pid) });

    await sweep(ledger);
    expect([await startTimeOf(recorded.pid), existsSync(path)]).toEqual([expect.any(String), true]);

    process.kill(heir.pid, "SIGKILL");
    await heir.gone;
    await sweep(ledger);
    await recorded.gone;
    expect([await startTimeOf(recorded.pid), existsSync(path)]).toEqual([undefined, false]);
  });

  it("does not include a run that is still under way", async () => {
    const folder = await openRunFolder();
    const child = sleeper(folder.environment);
    await folder.record(child.pid);

    await sweep(await openLedger());

    expect(await startTimeOf(child.pid)).toBeDefined();
    expect(existsSync(folder.path)).toBe(true);
    process.kill(child.pid, "SIGKILL");
    await child.gone;
    await folder.close("passed");
  });
});

describe("the end of a run", () => {
  it("removes the folder when it passed, and is an error if something still ran", async () => {
    const folder = await openRunFolder();
    const child = sleeper(folder.environment);

    await expect(folder.close("passed")).rejects.toThrow("the run left behind: sleep 300");

    await child.gone;
    expect(existsSync(folder.path)).toBe(false);
  });

  it("keeps the folder when it failed, and says where it is", async () => {
    const folder = await openRunFolder();
    onTestFinished(() => rmSync(folder.path, { recursive: true }));
    const said = vi.spyOn(console, "error").mockImplementation(() => {});

    await folder.close("failed");

    expect(existsSync(folder.path)).toBe(true);
    expect(said).toHaveBeenCalledWith(`The logs of the real parts are kept in ${folder.path}`);
  });
});

describe("a part", () => {
  it("that is not installed is an error that names the Debian package", async () => {
    const folder = await openRunFolder();
    const start = startPart(folder, {
      name: "absent",
      command: "no-such-command",
      args: [],
      debianPackage: "no-such-package",
      ready: async () => true,
    });
    await expect(start).rejects.toThrow("no-such-command is not installed: apt-get install no-such-package");
    await folder.close("passed");
  });

  it("that ends before it is ready is an error with the end of its log", async () => {
    const folder = await openRunFolder();
    const start = startPart(folder, {
      name: "short",
      command: "sh",
      args: ["-c", "echo no disk; exit 3"],
      debianPackage: "dash",
      ready: async () => false,
    });
    await expect(start).rejects.toThrow("short is not ready; the end of its log:\nno disk");
    await folder.close("passed");
  });

  it("that ignores SIGTERM is killed with its children", async () => {
    const folder = await openRunFolder();
    const part = await startPart(folder, {
      name: "stubborn",
      command: "sh",
      args: ["-c", "trap '' TERM; sleep 300 & while :; do sleep 1; done"],
      debianPackage: "dash",
      ready: async () => true,
    });
    await part.stop(300);
    expect(part.running()).toBe(false);
    await folder.close("passed");
  });
});
