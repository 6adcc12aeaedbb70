import { buildCommand } from "@stricli/core";
import { type ClusterFlags, clusterAliases, clusterFlags } from "../cluster/flags.ts";
import { optionalTimeoutFlag } from "../duration-flag.ts";
import { type OutputFlags, outputAliases, outputFlags } from "../output-flags.ts";
import { type ReportFlags, reportFlags } from "../reports/flags.ts";
import { type ChoiceFlags, choiceFlags, stockAliases } from "../stocks/flags.ts";
import type { LarderContext } from "../world.ts";

export interface AwaitFlags extends ChoiceFlags, ClusterFlags, ReportFlags, OutputFlags {
  readonly timeout?: number;
  readonly labelNodes: boolean;
}

export const awaitCommand = buildCommand<AwaitFlags, string[], LarderContext>({
  loader: async () => (await import("./await.ts")).awaitStocksOf,
  parameters: {
    flags: {
      ...choiceFlags,
      timeout: optionalTimeoutFlag("Deadline instead of the Stock's"),
      labelNodes: {
        kind: "boolean",
        brief: "Set the Stock's nodeLabels on nodes that have everything",
        default: false,
        withNegated: false,
      },
      ...outputFlags,
      ...reportFlags,
      ...clusterFlags,
    },
    aliases: { ...stockAliases, ...clusterAliases, ...outputAliases },
    positional: {
      kind: "array",
      parameter: { parse: String, brief: "Names of Stocks, instead of files", placeholder: "stock" },
    },
  },
  docs: {
    brief: "Wait until all nodes have their images",
    customUsage: ["-f larder.yaml --report junit=larder.xml", "qa --timeout 5m"],
    fullDescription: [
      "Waits until every node that the Stocks mean has all their images, or cannot get them, and tells what came of it; without files and names it waits",
      "for all Stocks of the namespace. Reports are complete however the waiting ends.",
      "",
      "Exit codes: 0 all images are on all nodes; 1 some are not, and waiting would not help; 3 the deadline passed; 4 the cluster could not be reached.",
    ].join("\n"),
  },
});
