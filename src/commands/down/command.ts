import { buildCommand } from "@stricli/core";
import { type ClusterFlags, clusterAliases, clusterFlags } from "../cluster/flags.ts";
import { timeoutFlag } from "../duration-flag.ts";
import { type ChoiceFlags, choiceFlags, stockAliases } from "../stocks/flags.ts";
import type { LarderContext } from "../world.ts";

export interface DownFlags extends ChoiceFlags, ClusterFlags {
  readonly wait: boolean;
  readonly timeout: number;
}

export const downCommand = buildCommand<DownFlags, string[], LarderContext>({
  loader: async () => (await import("./down.ts")).down,
  parameters: {
    flags: {
      ...choiceFlags,
      wait: {
        kind: "boolean",
        brief: "Return only when pods and namespaces are gone",
        default: false,
        withNegated: false,
      },
      timeout: timeoutFlag("How long all of it may take, waiting included", "5m"),
      ...clusterFlags,
    },
    aliases: { ...stockAliases, ...clusterAliases },
    positional: {
      kind: "array",
      parameter: { parse: String, brief: "Names of Stocks, instead of files", placeholder: "stock" },
    },
  },
  docs: {
    brief: "Take a Stock away from a cluster",
    customUsage: ["-f larder.yaml", "qa --wait"],
    fullDescription: [
      "Deletes what `larder up` made for a Stock: shelves, agents, copies of pull secrets, labels of nodes, and the namespaces that `up` made, once",
      "no other Stock is in them. Images stay on the nodes, and so do the kubelets' records of them, until the kubelet needs the room.",
    ].join("\n"),
  },
});
