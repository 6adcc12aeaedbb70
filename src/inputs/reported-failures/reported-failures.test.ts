import { expect, it } from "vitest";
import { formatIssue } from "#domain/issue.ts";
import { parseReportedFailures } from "./reported-failures.ts";

it("reads one failure a line, in order, whatever else stands there", () => {
  const text =
    '\ufeff{"message":"a"}\r\n\n{"message":"b","runtime":"cri-o","grpcCode":"Unknown","image":"x"}\n{"message":"c","grpcCode":null}';
  expect(parseReportedFailures("f", text)).toEqual({
    failures: [{ message: "a" }, { message: "b", runtime: "cri-o", grpcCode: "Unknown" }, { message: "c" }],
    issues: [],
  });
});

it("names every line that cannot be read", () => {
  const text = '{"message":1}\nnonsense\n[]\n{"message":"a","runtime":2}\n{"message":"a","grpcCode":2}\n';
  const { failures, issues } = parseReportedFailures("f.ndjson", text);
  expect(failures).toEqual([]);
  expect(issues.map((issue) => formatIssue(issue).split(";")[0])).toEqual([
    'f.ndjson:1: the line has no text "message"',
    "f.ndjson:2: the line is not JSON",
    "f.ndjson:3: the line is not an object",
    'f.ndjson:4: the line has a "runtime" that is no text',
    'f.ndjson:5: the line has a "grpcCode" that is no text',
  ]);
});
