import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { TextFile, WayOfWriting } from "#ports/files.ts";
import { systemFiles } from "./files.ts";

const files = systemFiles();
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "larder-files-"));
});

afterEach(() => rm(folder, { recursive: true }));

const at = (...names: readonly string[]): string => join(folder, ...names);

async function open(path: string, way: WayOfWriting): Promise<TextFile> {
  const opened = await files.openText(path, way);
  if (!opened.ok) throw new Error(opened.error);
  return opened.value;
}

describe("a file that is replaced", () => {
  it("stands at its path only when it is whole, with the folders on the way, and nothing beside it", async () => {
    const file = await open(at("a", "b", "report.xml"), "replace");
    file.write("one ");
    await file.drained();
    expect(existsSync(at("a", "b", "report.xml"))).toBe(false);
    file.write("two");
    expect(await file.close()).toEqual({ ok: true, value: undefined });
    expect(await readFile(at("a", "b", "report.xml"), "utf8")).toBe("one two");
    expect(readdirSync(at("a", "b"))).toEqual(["report.xml"]);
  });

  it("keeps what was there until then, and its mode", async () => {
    await writeFile(at("report.xml"), "old", { mode: 0o600 });
    const file = await open(at("report.xml"), "replace");
    file.write("new");
    await file.drained();
    expect(await readFile(at("report.xml"), "utf8")).toBe("old");
    await file.close();
    expect(await readFile(at("report.xml"), "utf8")).toBe("new");
    expect((await stat(at("report.xml"))).mode & 0o777).toBe(0o600);
  });

  it("is forgotten when it is discarded, and removed at once when the process ends", async () => {
    const first = await open(at("first"), "replace");
    first.write("half");
    await first.discard();
    expect(readdirSync(folder)).toEqual([]);
    const own = systemFiles();
    const second = await own.openText(at("second"), "replace");
    expect(readdirSync(folder)).toHaveLength(1);
    own.removeUnfinished();
    expect(readdirSync(folder)).toEqual([]);
    if (second.ok) await second.value.discard();
  });

  it("goes through a link to the file behind it", async () => {
    await mkdir(at("real"));
    await writeFile(at("real", "report.xml"), "old");
    await symlink(at("real", "report.xml"), at("link.xml"));
    const file = await open(at("link.xml"), "replace");
    file.write("new");
    await file.close();
    expect(await readFile(at("real", "report.xml"), "utf8")).toBe("new");
    expect(await files.checkWritable(at("link.xml"))).toEqual(await files.checkWritable(at("real", "report.xml")));
  });
});

describe("a file that is a stream", () => {
  it("stands there at once and grows", async () => {
    await writeFile(at("events.ndjson"), "old lines\n");
    const file = await open(at("events.ndjson"), "stream");
    expect(await readFile(at("events.ndjson"), "utf8")).toBe("");
    for (let line = 0; line < 1_000; line++) file.write(`${line}\n`);
    await expect.poll(() => readFile(at("events.ndjson"), "utf8")).toMatch(/999\n$/);
    await file.discard();
    expect((await readFile(at("events.ndjson"), "utf8")).split("\n")).toHaveLength(1_001);
  });

  it("keeps the order of what is written while it writes, and waits when asked to", async () => {
    const file = await open(at("long.txt"), "stream");
    const line = `${"x".repeat(99)}\n`;
    for (let written = 0; written < 20_000; written++) {
      file.write(line);
      await file.drained();
    }
    expect((await file.close()).ok).toBe(true);
    expect((await stat(at("long.txt"))).size).toBe(2_000_000);
  });
});

describe("what cannot be written", () => {
  it("is known before: a folder, a socket, a file in the path", async () => {
    await writeFile(at("file"), "");
    expect(await files.checkWritable(folder)).toEqual({ ok: false, error: "is a directory" });
    expect(await files.checkWritable(at("file", "report.xml"))).toEqual({
      ok: false,
      error: "has a file where a directory should be in its path",
    });
    expect(await files.checkWritable(at("x".repeat(300)))).toEqual({
      ok: false,
      error: "has a name that is too long for the file system",
    });
    await symlink("circle", at("circle"));
    expect(await files.checkWritable(at("circle"))).toEqual({ ok: false, error: "is a link that leads in a circle" });
    expect(await files.openText(folder, "stream")).toEqual({ ok: false, error: "is a directory" });
  });

  it("is no question of folders that can be made, and asking makes none", async () => {
    expect(await files.checkWritable(at("a", "b", "c.xml"))).toMatchObject({ ok: true });
    expect(readdirSync(folder)).toEqual([]);
  });

  it("tells when the disk is full, and leaves the device as it is", async () => {
    const file = await open("/dev/full", "replace");
    file.write("text");
    expect(await file.close()).toEqual({ ok: false, error: "cannot be written, since the disk is full" });
    file.write("more");
    expect((await stat("/dev/full")).isCharacterDevice()).toBe(true);
  });
});

describe("a pipe", () => {
  /** The reader is another process: it may not have opened its end yet. */
  async function openReadPipe(): Promise<TextFile> {
    for (;;) {
      const opened = await files.openText(at("pipe"), "replace");
      if (opened.ok) return opened.value;
      expect(opened.error).toBe("cannot be written, since nobody reads it");
    }
  }

  it("is written as it is", async () => {
    execFileSync("mkfifo", [at("pipe")]);
    const reader = spawn("cat", [at("pipe")], { stdio: ["ignore", "pipe", "inherit"] });
    let seen = "";
    reader.stdout.setEncoding("utf8").on("data", (text: string) => {
      seen += text;
    });
    const file = await openReadPipe();
    file.write("through the pipe");
    await file.close();
    await once(reader, "close");
    expect(seen).toBe("through the pipe");
  });

  it("that nobody reads holds nobody up", async () => {
    execFileSync("mkfifo", [at("pipe")]);
    expect(await files.openText(at("pipe"), "stream")).toEqual({
      ok: false,
      error: "cannot be written, since nobody reads it",
    });
  });

  it("whose reader goes away is an error of its own", async () => {
    execFileSync("mkfifo", [at("pipe")]);
    const reader = spawn("head", ["-c", "1", at("pipe")], { stdio: "ignore" });
    const file = await openReadPipe();
    file.write("first");
    await once(reader, "close");
    file.write("second");
    expect(await file.close()).toEqual({
      ok: false,
      error: "cannot be written, since nobody reads it any more",
    });
  });
});
