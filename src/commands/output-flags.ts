const OUTPUTS = ["text", "json", "ndjson"] as const;

/** The options of commands that show a stream on standard output. */
export interface OutputFlags {
  readonly output: (typeof OUTPUTS)[number];
  readonly quiet: boolean;
}

export const outputFlags = {
  output: {
    kind: "enum",
    values: OUTPUTS,
    brief: "text for people, ndjson for the event stream, json for one result at the end",
    default: "text",
  },
  quiet: {
    kind: "boolean",
    brief: "Show only failures, warnings and the summary",
    default: false,
    withNegated: false,
  },
} as const;

export const outputAliases = { o: "output", q: "quiet" } as const;
