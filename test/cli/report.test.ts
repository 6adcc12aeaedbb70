import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { formatStreamLine } from "#present/ndjson/presenter.ts";
import { expectGolden } from "../kit/golden.ts";
import { type LarderOptions, type LarderRun, runLarder } from "../kit/run-larder.ts";
import { sampleMiddle, sampleRun, tell } from "../kit/sample-events.ts";
import { tellVerdicts, verdictMiddle } from "../kit/sample-verdicts.ts";

/** `larder report` as its users run it, on streams that were saved. */
const lines = tell(sampleRun).map((event) => `${formatStreamLine(event)}\n`);
const stream = lines.join("");
const other = tell(sampleMiddle, { run: "run-2", node: "worker-2" })
  .map((event) => `${formatStreamLine(event)}\n`)
  .join("");

let desk: string;

beforeEach(async () => {
  desk = await mkdtemp(join(tmpdir(), "larder-report-"));
  await writeFile(join(desk, "events.ndjson"), stream);
});

afterEach(() => rm(desk, { recursive: true }));

function report(args: readonly string[], options: LarderOptions = {}): Promise<LarderRun> {
  return runLarder(["report", ...args], { cwd: desk, ...options });
}

function block({ exitCode, stdout, stderr }: LarderRun): string {
  return `exit code ${exitCode}\n--- stdout\n${stdout}--- stderr\n${stderr}`.replaceAll(desk, "/desk");
}

const written = (file: string): Promise<string> => readFile(join(desk, file), "utf8");

describe("larder report", () => {
  it("knows verdicts by what their lines say, and does not mix them with events", async () => {
    const verdicts = tellVerdicts(verdictMiddle).map((line) => `${formatStreamLine(line)}\n`);
    await writeFile(join(desk, "verdicts.ndjson"), `${verdicts.join("")}{"schema":"larder.dev/ver`);
    const alone = await report(["--from", "verdicts.ndjson", "--report", "csv=out.csv", "-o", "text"]);
    expectGolden("cli/report-verdicts.txt", block(alone));
    expect((await written("out.csv")).split("\n")[0]).toBe(
      "node,image,secret,verdict,protection,reason,kubelet,cause,class",
    );
    const mixed = await report(["verdicts.ndjson", "events.ndjson", "--report", "html=out.html"]);
    expectGolden("cli/report-mixed.txt", block(mixed));
    expect(existsSync(join(desk, "out.html"))).toBe(false);
  });

  it("sums up a run", async () => expectGolden("cli/report-run.txt", block(await report(["--from", "events.ndjson"]))));

  it("merges the streams of several nodes, however they are named", async () => {
    await writeFile(join(desk, "other.ndjson"), other);
    const merged = await report(["--from", "events.ndjson", "--from", "other.ndjson"]);
    expectGolden("cli/report-merged.txt", block(merged));
    expect(await report(["--from", "events.ndjson", "other.ndjson"])).toMatchObject({ stdout: merged.stdout });
    expect(await report(["--from", "events.ndjson", "-"], { input: other })).toMatchObject({ stdout: merged.stdout });
  });

  it("writes reports and then says nothing, unless it is asked to", async () => {
    const args = ["--from", "events.ndjson", "--report", "json=out/result.json"];
    expect(block(await report(args))).toBe("exit code 0\n--- stdout\n--- stderr\n");
    expect((await report([...args, "--output", "json"])).stdout).toBe(await written("out/result.json"));
    expect((await report([...args, "-o", "text"])).stdout).toMatch(/^summary {5}the deadline passed/);
    expect(readdirSync(join(desk, "out"))).toEqual(["result.json"]);
  });

  it("can write a stream over the one that it reads", async () => {
    const run = await report(["--from", "events.ndjson", "--from", "-", "--report", "ndjson=events.ndjson"], {
      input: other,
    });
    expect(run.exitCode).toBe(0);
    expect(await written("events.ndjson")).toBe(stream + other);
    expect(readdirSync(desk)).toEqual(["events.ndjson"]);
  });

  it("reports what there is of a stream that was cut, and warns", async () => {
    const args = ["--from", "-", "--report", "junit=larder.xml", "--output", "text"];
    const cut = await report(args, { input: stream.slice(0, -20) });
    expectGolden("cli/report-cut.txt", block(cut));
    expect(await written("larder.xml")).toContain('<property name="outcome" value="unfinished"/>');
    const atOnce = await report(args, { input: stream.slice(0, 20) });
    expect(atOnce.exitCode).toBe(0);
    expect(atOnce.stdout).toBe("summary     the stream holds no event\n");
    expect(await written("larder.xml")).toContain('tests="0"');
  });

  it("reports what it has read when it is interrupted", async () => {
    const larder = resolve("dist/larder.js");
    const args = [larder, "report", "--from", "-", "--report", "json=result.json", "--output", "text"];
    const child = spawn(process.execPath, args, { cwd: desk, stdio: ["pipe", "pipe", "pipe"], timeout: 20_000 });
    // The warning of the last line says that all of it was read; the input stays open.
    child.stdin.write(`${lines.slice(0, 5).join("")}garbage\n`);
    child.stderr.once("data", () => child.kill("SIGINT"));
    const [shown] = await Promise.all([text(child.stdout), once(child, "close")]);
    expect(child.exitCode).toBe(130);
    expect(shown).toMatch(/^summary {5}the stream ends before the run does/);
    expect(JSON.parse(await written("result.json"))).toMatchObject({ outcome: "unfinished", exitCode: null });
  });

  it("names the lines that are no events, and leaves them out", async () => {
    await writeFile(join(desk, "odd.ndjson"), `${lines[0]}garbage\n${lines.slice(1).join("")}{"schema":"other/v1"}\n`);
    const odd = await report(["--from", "odd.ndjson"]);
    expectGolden("cli/report-garbage.txt", block(odd));
  });

  it("names only the first of a great many", async () => {
    await writeFile(join(desk, "odd.ndjson"), `${"garbage\n".repeat(5_000)}${stream}`);
    const { exitCode, stderr } = await report(["--from", "odd.ndjson"]);
    expect(exitCode).toBe(0);
    expect(stderr.split("\n")).toHaveLength(22);
    expect(stderr).toContain("warning: odd.ndjson: 4980 more lines are left out for such reasons\n");
  });

  it("ends 2 where it could read nothing: no stream, no file, no event in it", async () => {
    await mkdir(join(desk, "folder"));
    await writeFile(join(desk, "picture.png"), Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0a, 0x1a, 0x0a, 0xff, 0xfe]));
    const runs = [
      await report([]),
      await report(["--from", "gone.ndjson", "--from", "folder", "--report", "json=result.json"]),
      await report(["--from", "picture.png", "--report", "json=result.json"]),
      await report(["--from", "-", "--from", "-", "--report", "jsn=x"], { input: stream }),
    ];
    expectGolden("cli/report-input.txt", runs.map(block).join("\n"));
    expect(existsSync(join(desk, "result.json"))).toBe(false);
  });

  it("ends 2 before anything is read if a report cannot be written, and shows all that is wrong", async () => {
    await mkdir(join(desk, "folder"));
    const reports = ["json=folder", "junit=events.ndjson/x.xml", "csv=a.csv", "html=./a.csv", "xml=b", "csv"];
    const columns = ["--column", "node=1", "--column", "build"];
    const run = await report(["--from", "events.ndjson", ...reports.flatMap((each) => ["--report", each]), ...columns]);
    expectGolden("cli/report-options.txt", block(run));
    expect(readdirSync(desk).toSorted()).toEqual(["events.ndjson", "folder"]);
  });

  it("warns of columns that no report has", async () => {
    const run = await report(["--from", "events.ndjson", "--column", "build_id=1"]);
    expect([run.exitCode, run.stderr]).toEqual([
      0,
      "warning: --column: no other report than csv has columns; add --report csv=PATH, or leave the option out [OPTION_WITHOUT_EFFECT]\n",
    ]);
  });

  it("writes the other reports if one fails at the end, and ends 1", async () => {
    const reports = ["--report", "csv=/dev/full", "--report", "json=result.json"];
    const run = await report(["--from", "events.ndjson", ...reports]);
    expect(block(run)).toBe(
      "exit code 1\n--- stdout\n--- stderr\nwarning: /dev/full: the file of the csv report cannot be written, since the disk is full; it needs a place that this user can write to, with room on the disk [REPORT_UNWRITABLE]\n",
    );
    expect(JSON.parse(await written("result.json"))).toMatchObject({ run: "run-1" });
  });
});
