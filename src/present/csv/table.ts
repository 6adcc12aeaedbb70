/**
 * The CSV report: one row for each attempt at an image, for tables that collect the pulls of many builds. An image that was
 * there already, or was never tried, has no attempt and so no row; the JSON result tells of it.
 *
 * The format is that of RFC 4180 with a line feed behind each row. Controls are shown as `\x1b`. A text that a spreadsheet
 * would take for a formula gets a single quotation mark in front, as OWASP advises; free columns are the caller's own words
 * and stay as they are, and no other column begins that way in an honest run.
 */
import { type Input, type Options, stringify } from "csv-stringify/sync";
import { CSV_COLUMNS, type FreeColumn } from "#domain/report/report-request.ts";
import type { AttemptRecord, ImageRecord, RunRecord } from "#domain/run/run-record.ts";
import { formatTimestamp } from "../wording/timestamp.ts";
import { withVisibleControls } from "../wording/visible-controls.ts";

/** Rows that are made into text at once. */
const ROWS_AT_ONCE = 1_000;

const format: Options = { record_delimiter: "\n" };

export type Row = readonly (string | number)[];

export function* csvTable(runs: readonly RunRecord[], columns: readonly FreeColumn[]): Generator<string> {
  yield rowsText([[...CSV_COLUMNS, ...columns.map(({ name }) => name)]]);
  const free = columns.map(({ value }) => withVisibleControls(value));
  let rows: Row[] = [];
  for (const run of runs) {
    for (const image of run.images.values()) {
      for (const attempt of image.attempts) rows.push([...rowOf(run, image, attempt), ...free]);
    }
    if (rows.length < ROWS_AT_ONCE) continue;
    yield rowsText(rows);
    rows = [];
  }
  yield rowsText(rows);
}

export function rowsText(rows: readonly Row[]): string {
  const input: Input = rows.map((row) => [...row]);
  return stringify(input, format);
}

/** In the order of CSV_COLUMNS. */
function rowOf(run: RunRecord, image: ImageRecord, attempt: AttemptRecord): Row {
  const isDone = attempt.result === "succeeded";
  return [
    plain(`${run.run}/${run.node}/${image.image}#${attempt.attempt}`),
    formatTimestamp(attempt.startedMs),
    plain(image.image),
    attempt.durationMs ?? "",
    plain(run.node),
    (isDone ? image.sizeBytes : null) ?? "",
    plain(errorOf(attempt)),
  ];
}

/** Empty only for what succeeded, so that `error = ''` finds exactly that. */
function errorOf({ result, message, class: failureClass }: AttemptRecord): string {
  switch (result) {
    case "succeeded":
      return "";
    case "failed":
      return message || (failureClass ?? "unknown");
    case "running":
      return "the stream does not say how the attempt ended";
  }
}

/** As a spreadsheet must not read it: https://owasp.org/www-community/attacks/CSV_Injection */
export function plain(text: string): string {
  const visible = withVisibleControls(text);
  return /^[=+\-@\t\r＝＋－＠]/.test(visible) ? `'${visible}` : visible;
}
