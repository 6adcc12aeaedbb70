import { agentImageFlag } from "../agent-image.ts";
import { type ClusterFlags, clusterAliases, clusterFlags } from "../cluster/flags.ts";
import { timeoutFlag } from "../duration-flag.ts";
import { type StockFlags, stockAliases, stockFlags } from "../stocks/flags.ts";

/** The options of every command that asks for pull policies. */
export interface PolicyFlags extends StockFlags, ClusterFlags {
  readonly verdicts?: string;
  readonly secret?: readonly string[];
  readonly timeout: number;
  readonly agentImage?: string;
}

export const policyFlags = {
  ...stockFlags,
  verdicts: {
    kind: "parsed",
    parse: String,
    optional: true,
    brief: "Saved stream of verdicts about the images; - is standard input [default: proven now, as by larder verify]",
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
  timeout: timeoutFlag("Deadline for proving each Stock", "5m"),
  agentImage: agentImageFlag,
  ...clusterFlags,
} as const;

export const policyAliases = { ...stockAliases, ...clusterAliases } as const;
