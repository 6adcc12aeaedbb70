import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { chmod, chown, mkdir, mkdtemp, readFile, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { beforeEach, describe, expect, it } from "vitest";
import { findCommand } from "../kit/run/find-command.ts";
import { type LarderRun, runLarder } from "../kit/run-larder.ts";
import { useRunFolder } from "./parts/run-folder.ts";

/** Report files on file systems that say no, and before a judge of another make. */
const run = promisify(execFile);
const folder = useRunFolder();
const stream = resolve("test/compat/event-v1/events.ndjson");
const NOBODY = 65_534;

let desk: string;

beforeEach(async () => {
  desk = await mkdtemp(join(folder().path, "desk-"));
  await chmod(folder().path, 0o755);
  await chmod(desk, 0o755);
});

const at = (...names: readonly string[]): string => join(desk, ...names);

function report(...reports: readonly string[]): Promise<LarderRun> {
  const args = reports.flatMap((each) => ["--report", each]);
  return runLarder(["report", "--from", stream, ...args], { cwd: desk });
}

async function withMount<T>(args: readonly string[], use: () => Promise<T>): Promise<T> {
  await run("mount", [...args]);
  try {
    return await use();
  } finally {
    await run("umount", [args.at(-1) ?? ""]);
  }
}

describe("a JUnit report", () => {
  it("is valid for xmllint, with every outcome and words that XML forbids", async () => {
    const xmllint = await findCommand("xmllint", "libxml2-utils");
    expect((await report("junit=larder.xml")).exitCode).toBe(0);
    const { stderr } = await run(xmllint, ["--noout", "--schema", resolve("test/junit/junit.xsd"), at("larder.xml")]);
    expect(stderr).toBe(`${at("larder.xml")} validates\n`);
  });

  it("is valid also for verdicts", async () => {
    const xmllint = await findCommand("xmllint", "libxml2-utils");
    const kept = resolve("test/compat/verdict-v1/report.xml");
    const { stderr } = await run(xmllint, ["--noout", "--schema", resolve("test/junit/junit.xsd"), kept]);
    expect(stderr).toBe(`${kept} validates\n`);
  });
});

describe("a report file", () => {
  it("on a full disk is a warning; what was there before stays, and the others are written", async () => {
    await mkdir(at("small"));
    await withMount(["-t", "tmpfs", "-o", "size=32k", "tmpfs", at("small")], async () => {
      await writeFile(at("small", "larder.html"), "of the last run");
      const { exitCode, stdout, stderr } = await report("html=small/larder.html", "json=result.json");
      expect([exitCode, stdout]).toEqual([1, ""]);
      expect(stderr).toBe(
        "warning: small/larder.html: the file of the html report cannot be written, since the disk is full; it needs a place that this user can write to, with room on the disk [REPORT_UNWRITABLE]\n",
      );
      expect(readdirSync(at("small"))).toEqual(["larder.html"]);
      expect(await readFile(at("small", "larder.html"), "utf8")).toBe("of the last run");
    });
    expect(JSON.parse(await readFile(at("result.json"), "utf8"))).toMatchObject({ schema: "larder.dev/results/v1" });
  });

  it("on a read-only file system is known before anything is done", async () => {
    await mkdir(at("fixed"));
    await withMount(["-t", "tmpfs", "-o", "ro", "tmpfs", at("fixed")], async () => {
      const { exitCode, stderr } = await report("csv=fixed/new/pulls.csv", "json=result.json");
      expect(exitCode).toBe(2);
      expect(stderr).toContain("the file of the csv report cannot be written, since the file system is read-only;");
    });
    expect(readdirSync(desk)).toEqual(["fixed"]);
  });

  it("that is itself a mount, as a container's termination log, is written in its place", async () => {
    await writeFile(at("behind"), "old");
    await writeFile(at("termination-log"), "");
    await withMount(["--bind", at("behind"), at("termination-log")], async () => {
      expect((await report("json=termination-log")).exitCode).toBe(0);
    });
    expect(JSON.parse(await readFile(at("behind"), "utf8"))).toMatchObject({ schema: "larder.dev/results/v1" });
    expect(readdirSync(desk).toSorted()).toEqual(["behind", "termination-log"]);
  });
});

describe("a report file of somebody who may not do all", () => {
  async function reportAsNobody(...reports: readonly string[]): Promise<{ code: number; stderr: string }> {
    const args = reports.flatMap((each) => ["--report", each]);
    const command = [process.execPath, resolve("dist/larder.js"), "report", "--from", "-", ...args];
    const nobody = ["--reuid", String(NOBODY), "--regid", String(NOBODY), "--clear-groups"];
    const shell = `exec setpriv ${nobody.join(" ")} "$@" < ${stream}`;
    return run("bash", ["-c", shell, "bash", ...command], { cwd: desk }).then(
      ({ stderr }) => ({ code: 0, stderr }),
      (error: { code: number; stderr: string }) => ({ code: error.code, stderr: error.stderr }),
    );
  }

  it("is refused before anything is done where nothing may be written", async () => {
    await writeFile(at("fixed.json"), "old", { mode: 0o644 });
    await mkdir(at("closed"), { mode: 0o700 });
    const { code, stderr } = await reportAsNobody("json=fixed.json", "csv=new.csv", "html=closed/larder.html");
    expect(code).toBe(2);
    expect(stderr.match(/may not be written by this user/g)).toHaveLength(3);
    expect(readdirSync(desk).toSorted()).toEqual(["closed", "fixed.json"]);
  });

  it("is written in its place where the file may be written and its folder not", async () => {
    await writeFile(at("given.json"), "old");
    await chown(at("given.json"), NOBODY, NOBODY);
    expect(await reportAsNobody("json=given.json")).toEqual({ code: 0, stderr: "" });
    expect(JSON.parse(await readFile(at("given.json"), "utf8"))).toMatchObject({ schema: "larder.dev/results/v1" });
    expect((await stat(at("given.json"))).uid).toBe(NOBODY);
    expect(readdirSync(desk)).toEqual(["given.json"]);
  });
});
