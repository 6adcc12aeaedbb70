/** The idle program of Larder's image, compiled and run as the kernel runs it. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "#effects/system/clock.ts";
import { useRunFolder } from "./parts/run-folder.ts";

const run = promisify(execFile);
const folder = useRunFolder();
let idle: string;

beforeAll(async () => {
  idle = join(folder().path, "idle");
  await run("sh", ["image/compile-idle.sh", idle]);
});

describe("the idle program", () => {
  it("needs nothing of the image that it runs in", async () => {
    const { stdout } = await run("readelf", ["--wide", "--program-headers", idle]);
    expect(stdout).toContain("LOAD");
    expect(stdout).not.toMatch(/INTERP|DYNAMIC/);
    expect((await readFile(idle)).length).toBeLessThan(4_096);
  });

  it("takes less than 2 MiB", async () => {
    const child = spawn(idle, { stdio: "ignore", env: folder().environment });
    await waiting(child);
    const status = await readFile(`/proc/${child.pid}/status`, "utf8");
    child.kill();
    expect(await once(child, "exit")).toEqual([0, null]);
    expect(Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1])).toBeLessThan(2_048);
  });

  it.each(["SIGTERM", "SIGINT", "SIGQUIT", "SIGWINCH"] as const)(
    "ends at once on %s, also as the first process of a container",
    async (signal) => {
      const tookMs: number[] = [];
      for (let attempt = 0; attempt < 3; attempt += 1) {
        const unshare = ["--pid", "--fork", "--kill-child", idle];
        const child = spawn("unshare", unshare, { stdio: "ignore", env: folder().environment });
        const first = await waiting(child);
        const sentAt = performance.now();
        process.kill(first, signal);
        expect(await once(child, "exit")).toEqual([0, null]);
        tookMs.push(performance.now() - sentAt);
      }
      // The fastest: the others tell how busy this machine is.
      expect(Math.min(...tookMs)).toBeLessThan(100);
    },
  );

  it("stays when a child ends, or when it is stopped and goes on", async () => {
    const child = spawn(idle, { stdio: "ignore", env: folder().environment });
    await waiting(child);
    for (const signal of ["SIGCHLD", "SIGSTOP", "SIGCONT", "SIGURG"] as const) child.kill(signal);
    await systemClock().sleep(100);
    expect(child.exitCode).toBeNull();
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);
  });

  it("copies itself to where other images find it, also over a copy that runs", async () => {
    const copy = join(folder().path, "idle-copy");
    await run(idle, ["--copy-to", copy]);
    const child = spawn(copy, { stdio: "ignore", env: folder().environment });
    await waiting(child);
    await run(idle, ["--copy-to", copy]);
    child.kill();
    expect(await once(child, "exit")).toEqual([0, null]);
    expect((await readFile(copy)).equals(await readFile(idle))).toBe(true);
    await expect(run(idle, ["--copy-to", "/absent/idle"])).rejects.toMatchObject({
      code: 1,
      stderr: "idle: the copy cannot be written\n",
    });
    await expect(run(idle, ["--help"])).rejects.toMatchObject({ code: 2 });
  });
});

/** @returns the process id of the idle program that was started, itself or by unshare, as soon as it waits */
async function waiting(started: ChildProcess): Promise<number> {
  await once(started, "spawn");
  for (let attempt = 0; attempt < 500; attempt += 1) {
    const children = await procFile(started.pid, `task/${started.pid}/children`);
    for (const pid of [started.pid ?? 0, ...children.split(" ").map(Number)]) {
      const [command] = (await procFile(pid, "cmdline")).split("\0");
      const isAsleep = /^State:\tS/m.test(await procFile(pid, "status"));
      if (command !== "unshare" && command?.includes("idle") && isAsleep) return pid;
    }
    await systemClock().sleep(10);
  }
  throw new Error("the idle program was not started");
}

async function procFile(pid: number | undefined, name: string): Promise<string> {
  return readFile(`/proc/${pid}/${name}`, "utf8").catch(() => "");
}
