import { type StockFlags, stockFlags } from "../stocks/flags.ts";

/** The options of every command that asks for pull policies. */
export interface PolicyFlags extends StockFlags {
  readonly verdicts: string;
  readonly secret?: readonly string[];
}

export const policyFlags = {
  ...stockFlags,
  verdicts: {
    kind: "parsed",
    parse: String,
    brief: "Saved stream of verdicts about the images; - is standard input",
    placeholder: "file",
  },
  secret: {
    kind: "parsed",
    parse: String,
    optional: true,
    variadic: true,
    brief: "Pull secret whose credential the tests use (repeatable) [default: all that an image was proven with]",
    placeholder: "NAMESPACE/NAME",
  },
} as const;
