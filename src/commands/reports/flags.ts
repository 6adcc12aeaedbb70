/** The options of every command that writes reports. */
export interface ReportFlags {
  readonly report?: readonly string[];
  readonly column?: readonly string[];
}

export const reportFlags = {
  report: {
    kind: "parsed",
    parse: String,
    optional: true,
    variadic: true,
    brief: "Write a report to a file: ndjson, json, junit, csv or html (repeatable)",
    placeholder: "FORMAT=PATH",
  },
  column: {
    kind: "parsed",
    parse: String,
    optional: true,
    variadic: true,
    brief: "Further column of the csv report, the same in every row, such as build_id=1234 (repeatable)",
    placeholder: "NAME=VALUE",
  },
} as const;
