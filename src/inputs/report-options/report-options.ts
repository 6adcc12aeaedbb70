import type { Issue } from "#domain/issue.ts";
import { nearestWord } from "#domain/nearest-word.ts";
import { CSV_COLUMNS, type FreeColumn, REPORT_FORMATS, type ReportTarget } from "#domain/report/report-request.ts";
import { fail, ok, type Result } from "#domain/result.ts";

/** Other names of formats that people know them by. */
const otherNames: ReadonlyMap<string, string> = new Map([
  ["xml", "junit"],
  ["jsonl", "ndjson"],
  ["events", "ndjson"],
  ["cvs", "csv"],
]);

/** Reads `FORMAT=PATH`. */
export function parseReport(text: string): Result<ReportTarget, Issue> {
  const [written, path] = splitAtFirst(text, "=");
  const format = REPORT_FORMATS.find((known) => known === written);
  if (path === undefined) return fail(wrongReport(`"${text}" is not FORMAT=PATH`, `write it as ${example(written)}`));
  if (format === undefined) return fail(unknownFormat(written));
  if (path === "") return fail(wrongReport(`"${text}" names no file`, `write it as ${example(written)}`));
  if (path === "-") {
    const remedy = "use --output for standard output, and name a file here";
    return fail(wrongReport(`"${text}" names standard output`, remedy));
  }
  return ok({ format, path });
}

/** Reads `NAME=VALUE` for each free column; the value may be empty and may hold `=`. */
export function parseColumns(texts: readonly string[]): {
  readonly columns: readonly FreeColumn[];
  readonly issues: readonly Issue[];
} {
  const columns: FreeColumn[] = [];
  const issues: Issue[] = [];
  for (const text of texts) {
    const column = parseColumn(text, columns);
    if (column.ok) columns.push(column.value);
    else issues.push(column.error);
  }
  return { columns, issues };
}

function parseColumn(text: string, before: readonly FreeColumn[]): Result<FreeColumn, Issue> {
  const [written, value] = splitAtFirst(text, "=");
  const name = written.trim();
  if (value === undefined || name === "") {
    return fail(wrongColumn(`"${text}" is not NAME=VALUE`, "write it as build_id=1234"));
  }
  if (/\p{Cc}/u.test(name)) return fail(wrongColumn("the name holds a control character", "name it in plain letters"));
  if (CSV_COLUMNS.some((known) => known === name)) {
    const remedy = `take a name that is none of ${CSV_COLUMNS.join(", ")}`;
    return fail(wrongColumn(`"${name}" is a column that every report has`, remedy));
  }
  if (before.some((column) => column.name === name)) {
    return fail(wrongColumn(`"${name}" is given twice`, "keep one of them"));
  }
  return ok({ name, value });
}

function splitAtFirst(text: string, separator: string): readonly [before: string, after: string | undefined] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)];
}

function unknownFormat(written: string): Issue {
  const meant = meantFormat(written);
  const all = REPORT_FORMATS.join(", ");
  const remedy = meant === undefined ? `take one of ${all}` : `did you mean ${meant}? The formats are ${all}`;
  return wrongReport(`"${written}" is no format of a report`, remedy);
}

function meantFormat(written: string): string | undefined {
  return otherNames.get(written.toLowerCase()) ?? nearestWord(written, REPORT_FORMATS);
}

/** An example in the format that was most likely meant. */
function example(written: string): string {
  const isKnown = REPORT_FORMATS.some((format) => format === written);
  const format = isKnown ? written : (meantFormat(written) ?? "junit");
  return `${format}=larder.${format === "junit" ? "xml" : format}`;
}

function wrongReport(problem: string, remedy: string): Issue {
  return { code: "OPTION_INVALID", at: { file: "--report" }, problem, remedy };
}

function wrongColumn(problem: string, remedy: string): Issue {
  return { code: "OPTION_INVALID", at: { file: "--column" }, problem, remedy };
}
