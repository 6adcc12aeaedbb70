import { buildCommand } from "@stricli/core";
import { type ReportFlags as ReportFileFlags, reportFlags } from "../reports/flags.ts";
import type { LarderContext } from "../world.ts";

export interface ReportFlags extends ReportFileFlags {
  readonly from?: readonly string[];
  readonly output?: "text" | "json";
}

export const reportCommand = buildCommand<ReportFlags, string[], LarderContext>({
  loader: async () => (await import("./report.ts")).report,
  parameters: {
    flags: {
      from: {
        kind: "parsed",
        parse: String,
        optional: true,
        variadic: true,
        brief: "Saved stream of events or verdicts; - is standard input (repeatable)",
        placeholder: "file",
      },
      ...reportFlags,
      output: {
        kind: "enum",
        values: ["text", "json"],
        optional: true,
        brief: "Standard output: text for people, json for the results [default: text, and nothing with --report]",
      },
    },
    aliases: { o: "output" },
    positional: {
      kind: "array",
      parameter: { parse: String, brief: "Further saved streams", placeholder: "file" },
    },
  },
  docs: {
    brief: "Make reports again from saved streams",
    customUsage: [
      "--from events.ndjson",
      "--from events.ndjson --report html=larder.html --report junit=larder.xml",
      "--report csv=pulls.csv --column build_id=1234 --from node-*.ndjson",
    ],
    fullDescription: [
      "Reads streams of events or of verdicts that Larder wrote with --report ndjson=PATH or --output ndjson, of one node or of thousands, and",
      "makes from them the reports that the runs themselves would have written. Which of the two a stream is, its lines say. Lines that are neither",
      "are named and left out, and a stream that was cut is reported as far as it goes. Ends 0 if all could be shown, whatever became of the images;",
      "1 if a report could not be written; 2 if a stream could not be read, or if events and verdicts are named together.",
    ].join("\n"),
  },
});
