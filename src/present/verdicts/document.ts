/** Reports of verdicts, as `reports/document.ts` has them of runs. Each format is loaded when it is asked for. */
import type { FreeColumn } from "#domain/report/report-request.ts";
import type { VerdictSet } from "#domain/verdict/fold.ts";
import type { DocumentFormat } from "../reports/document.ts";

export type VerdictDocument = (set: VerdictSet) => Iterable<string>;

/** @param columns free columns, for the CSV report */
export async function loadVerdictDocument(
  format: DocumentFormat,
  columns: readonly FreeColumn[] = [],
): Promise<VerdictDocument> {
  switch (format) {
    case "json":
      return (await import("./json.ts")).verdictsJson;
    case "junit":
      return (await import("./junit.ts")).verdictsJunit;
    case "csv": {
      const { verdictsCsv } = await import("./csv.ts");
      return (set) => verdictsCsv(set, columns);
    }
    case "html":
      return (await import("./html.ts")).verdictsHtml;
  }
}
