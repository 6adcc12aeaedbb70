/**
 * Reports that are made at the end, from what is known of all runs. They hold nothing but what the events say (no time of
 * writing, no name of a machine), so that a saved stream gives the same bytes as the run itself.
 *
 * Each format is loaded when it is asked for: an agent on a node pays for none.
 */
import type { FreeColumn, ReportFormat } from "#domain/report/report-request.ts";
import type { RunRecord } from "#domain/run/run-record.ts";

/** Gives the text piece by piece: of 5,000 nodes it would not fit into memory as one. */
export type ReportDocument = (runs: readonly RunRecord[]) => Iterable<string> | AsyncIterable<string>;

/** All but the event stream itself. */
export type DocumentFormat = Exclude<ReportFormat, "ndjson">;

/** @param columns free columns, for the CSV report */
export async function loadDocument(
  format: DocumentFormat,
  columns: readonly FreeColumn[] = [],
): Promise<ReportDocument> {
  switch (format) {
    case "json":
      return (await import("../json/document.ts")).jsonDocument;
    case "junit":
      return (await import("../junit/document.ts")).junitDocument;
    case "csv": {
      const { csvTable } = await import("../csv/table.ts");
      return (runs) => csvTable(runs, columns);
    }
    case "html":
      return (await import("../html/document.ts")).htmlDocument;
  }
}
