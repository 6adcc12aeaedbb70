import { inflateRawSync } from "node:zlib";
import type { FreeColumn } from "#domain/report/report-request.ts";
import type { LarderEvent } from "#domain/run/event.ts";
import { foldEvent } from "#domain/run/fold.ts";
import { emptyRuns } from "#domain/run/run-record.ts";
import { listRuns } from "#domain/run/selectors.ts";
import type { PageData } from "#present/html/page-data.ts";
import { type DocumentFormat, loadDocument } from "#present/reports/document.ts";

/** The whole text of a report of these events. */
export async function reportOf(
  format: DocumentFormat,
  events: readonly LarderEvent[],
  columns: readonly FreeColumn[] = [],
): Promise<string> {
  const runs = emptyRuns();
  for (const event of events) foldEvent(runs, event);
  const document = await loadDocument(format, columns);
  let whole = "";
  for await (const text of document(listRuns(runs))) whole += text;
  return whole;
}

/** The parts of an HTML report: its data as they are, and the rest with the program, the style and their hashes taken out. */
export function takeApart(html: string): { data: PageData; shell: string } {
  const [, before = "", base64 = "", after = ""] =
    /^([^]*<script type="application\/octet-stream" id="data">)([A-Za-z0-9+/=]*)(<\/script>[^]*)$/.exec(html) ?? [];
  const data = JSON.parse(inflateRawSync(Buffer.from(base64, "base64")).toString("utf8")) as PageData;
  const shell = `${before}DATA${after}`
    .replace(/<style>[^]*?<\/style>/, "<style>STYLE</style>")
    .replace(/<script>[^]*?<\/script>/, "<script>SCRIPT</script>")
    .replaceAll(/'sha256-[A-Za-z0-9+/=]{44}'/g, "'HASH'");
  return { data, shell };
}
