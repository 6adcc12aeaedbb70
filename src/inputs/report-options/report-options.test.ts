import { describe, expect, it } from "vitest";
import { formatIssue } from "#domain/issue.ts";
import { parseColumns, parseReport } from "./report-options.ts";

function read(text: string): unknown {
  const report = parseReport(text);
  return report.ok ? report.value : formatIssue(report.error);
}

describe("parseReport", () => {
  it.each(["ndjson", "json", "junit", "csv", "html"])("takes %s", (format) => {
    expect(read(`${format}=out/a=b.txt`)).toEqual({ format, path: "out/a=b.txt" });
  });

  it.each([
    [
      "jsn=a",
      '--report: "jsn" is no format of a report; did you mean json? The formats are ndjson, json, junit, csv, html [OPTION_INVALID]',
    ],
    [
      "xml=a",
      '--report: "xml" is no format of a report; did you mean junit? The formats are ndjson, json, junit, csv, html [OPTION_INVALID]',
    ],
    [
      "sarif=a",
      '--report: "sarif" is no format of a report; take one of ndjson, json, junit, csv, html [OPTION_INVALID]',
    ],
    ["html", '--report: "html" is not FORMAT=PATH; write it as html=larder.html [OPTION_INVALID]'],
    ["larder.xml", '--report: "larder.xml" is not FORMAT=PATH; write it as junit=larder.xml [OPTION_INVALID]'],
    ["junit=", '--report: "junit=" names no file; write it as junit=larder.xml [OPTION_INVALID]'],
    [
      "json=-",
      '--report: "json=-" names standard output; use --output for standard output, and name a file here [OPTION_INVALID]',
    ],
  ])("says what is wrong with %s", (text, issue) => expect(read(text)).toBe(issue));
});

describe("parseColumns", () => {
  it("keeps the order, empty values and what looks like a separator", () => {
    expect(parseColumns(["build_id=1234", "job=a=b", " tag =", "Zweig=größer"])).toEqual({
      columns: [
        { name: "build_id", value: "1234" },
        { name: "job", value: "a=b" },
        { name: "tag", value: "" },
        { name: "Zweig", value: "größer" },
      ],
      issues: [],
    });
  });

  it("shows everything that is wrong", () => {
    const { columns, issues } = parseColumns(["build_id", "=1", "node=a", "a=1", "a=2", "b\u0000=1"]);
    expect(columns).toEqual([{ name: "a", value: "1" }]);
    expect(issues.map(formatIssue)).toEqual([
      '--column: "build_id" is not NAME=VALUE; write it as build_id=1234 [OPTION_INVALID]',
      '--column: "=1" is not NAME=VALUE; write it as build_id=1234 [OPTION_INVALID]',
      '--column: "node" is a column that every report has; take a name that is none of attempt_id, started_at, image, duration_ms, node, size_bytes, error [OPTION_INVALID]',
      '--column: "a" is given twice; keep one of them [OPTION_INVALID]',
      "--column: the name holds a control character; name it in plain letters [OPTION_INVALID]",
    ]);
  });
});
