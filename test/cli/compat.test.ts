import { readdirSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { expectFresh } from "../kit/golden.ts";
import { takeApart } from "../kit/report-of.ts";
import { runLarder } from "../kit/run-larder.ts";

/** See test/compat/README.md. */
const schemas = readdirSync("test/compat").filter((name) => !name.includes("."));

let desk: string;

beforeEach(async () => {
  desk = await mkdtemp(join(tmpdir(), "larder-compat-"));
});

afterEach(() => rm(desk, { recursive: true }));

describe.each(schemas)("a stream of %s", (schema) => {
  const isOfEvents = schema.startsWith("event-");
  const stream = resolve("test/compat", schema, isOfEvents ? "events.ndjson" : "verdicts.ndjson");
  const kept = (file: string): string => `test/compat/${schema}/${file}`;

  async function report(...args: readonly string[]): Promise<string> {
    const run = await runLarder(["report", "--from", stream, ...args], { cwd: desk });
    expect([run.exitCode, run.stderr]).toEqual([0, ""]);
    return run.stdout;
  }

  function expectPage(html: string): void {
    if (!isOfEvents) return expectFresh(kept("report.html"), html);
    const { data, shell } = takeApart(html);
    expectFresh(kept("report.html-data.json"), `${JSON.stringify(data, null, 1)}\n`);
    expectFresh(kept("report.html-shell.html"), shell);
  }

  it.each(["text", "json"])("is still shown as %s", async (output) => {
    expectFresh(kept(`output.${output === "text" ? "txt" : output}`), await report("--output", output));
  });

  it("still gives every report", async () => {
    const formats = {
      json: "report.json",
      junit: "report.xml",
      csv: "report.csv",
      html: "report.html",
      ndjson: "report.ndjson",
    };
    const reports = Object.entries(formats).flatMap(([format, file]) => ["--report", `${format}=${file}`]);
    expect(await report(...reports, "--column", "build_id=1234")).toBe("");
    const written = async (file: string): Promise<string> => readFile(join(desk, file), "utf8");
    expectFresh(kept("report.xml"), await written("report.xml"));
    expectFresh(kept("report.csv"), await written("report.csv"));
    expectPage(await written("report.html"));
    expect(await written("report.json")).toBe(await readFile(kept("output.json"), "utf8"));
    expect(await written("report.ndjson")).toBe(await readFile(stream, "utf8"));
    expect(readdirSync(desk).toSorted()).toEqual(Object.values(formats).toSorted());
  });
});
