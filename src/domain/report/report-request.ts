/** Which reports shall be written, and where: what `--report` and `--column` ask for. */

export const REPORT_FORMATS = ["ndjson", "json", "junit", "csv", "html"] as const;

export type ReportFormat = (typeof REPORT_FORMATS)[number];

export interface ReportTarget {
  readonly format: ReportFormat;
  /** As it was written. */
  readonly path: string;
}

/** A column of the CSV report that says the same in every row, such as the number of the build. */
export interface FreeColumn {
  readonly name: string;
  readonly value: string;
}

export interface ReportRequest {
  readonly targets: readonly ReportTarget[];
  readonly columns: readonly FreeColumn[];
}

/** Columns that every CSV report has, in their order; free columns follow. */
export const CSV_COLUMNS = ["attempt_id", "started_at", "image", "duration_ms", "node", "size_bytes", "error"] as const;
