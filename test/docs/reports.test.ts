import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CSV_COLUMNS, REPORT_FORMATS } from "#domain/report/report-request.ts";
import { reportOf } from "../kit/report-of.ts";
import { sampleRun, tell } from "../kit/sample-events.ts";

const page = readFileSync("docs/reports.md", "utf8");

/** What the first cells of the tables under a heading name in backquotes. */
function namedUnder(heading: string): string[] {
  const section = new RegExp(`^## ${heading}\n(.*?)(?=^## |\\Z)`, "ms").exec(`${page}\n## `)?.[1] ?? "";
  const cells = section.split("\n").flatMap((line) => /^\| (`[^|]*) \|/.exec(line)?.[1] ?? []);
  return cells.flatMap((cell) => Array.from(cell.matchAll(/`([^`]+)`/g), ([, name = ""]) => name));
}

describe("docs/reports.md", () => {
  it("has every format", () => {
    const [introduction = ""] = page.split("\n## ");
    const formats = Array.from(introduction.matchAll(/^\| `([a-z]+)` /gm), ([, name]) => name);
    expect(formats).toEqual([...REPORT_FORMATS]);
  });

  it("has every column of the CSV report, in its order", () => {
    expect(namedUnder("CSV")).toEqual([...CSV_COLUMNS]);
  });

  it("has every key of the JSON result", async () => {
    const result = JSON.parse(await reportOf("json", tell(sampleRun))) as { images: [object, ...object[]] };
    const keys = [...Object.keys(result), ...Object.keys(result.images[0])];
    expect(namedUnder("JSON").toSorted()).toEqual(keys.toSorted());
  });
});
