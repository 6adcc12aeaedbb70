import { buildCommand } from "@stricli/core";
import type { LarderContext } from "../world.ts";

const OUTPUTS = ["text", "json"] as const;

export interface ExplainErrorFlags {
  readonly errors?: string;
  readonly runtime?: string;
  readonly grpcCode?: string;
  readonly output: (typeof OUTPUTS)[number];
}

export const explainErrorCommand = buildCommand<ExplainErrorFlags, string[], LarderContext>({
  loader: async () => (await import("./error.ts")).explainError,
  parameters: {
    flags: {
      errors: {
        kind: "parsed",
        parse: String,
        optional: true,
        brief:
          'Explain a file: one JSON object a line with "message" and, if known, "runtime" and "grpcCode"; - is standard input',
        placeholder: "file",
      },
      runtime: {
        kind: "parsed",
        parse: String,
        optional: true,
        brief: "Who said it: containerd, cri-o, cri-dockerd, kubelet",
        placeholder: "name",
      },
      grpcCode: {
        kind: "parsed",
        parse: String,
        optional: true,
        brief: "The gRPC status that came with it: Unknown, NotFound, Unavailable, …",
        placeholder: "name",
      },
      output: {
        kind: "enum",
        values: OUTPUTS,
        brief: "text for people, json for programs (a file always gives one JSON object a line)",
        default: "text",
      },
    },
    aliases: { o: "output" },
    positional: {
      kind: "array",
      parameter: {
        parse: String,
        brief: "The text of the error, as the runtime or the kubelet words it",
        placeholder: "text",
      },
    },
  },
  docs: {
    brief: "Tell what a pull error means, and what to do about it",
    customUsage: [
      "'failed to resolve reference \"quay.io/acme/app:1\": quay.io/acme/app:1: not found'",
      "--errors errors.ndjson",
    ],
    fullDescription: [
      "Tells the class of a pull error (not-found, unauthorized, rate-limited, disk, …), whether trying again can help, and what to do.",
      "What no rule knows is called unknown, and not permanent.",
      "",
      "With --errors each line gives one JSON object with class, permanent and advice, in the same order.",
    ].join("\n"),
  },
});
