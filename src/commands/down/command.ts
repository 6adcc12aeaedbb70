import { buildCommand } from "@stricli/core";
import { agentImageFlag } from "../agent-image.ts";
import { type ClusterFlags, clusterAliases, clusterFlags } from "../cluster/flags.ts";
import { timeoutFlag } from "../duration-flag.ts";
import { flavorFlag } from "../flavor-flag.ts";
import { type ChoiceFlags, choiceFlags, stockAliases } from "../stocks/flags.ts";
import type { LarderContext } from "../world.ts";

export interface DownFlags extends ChoiceFlags, ClusterFlags {
  readonly wait: boolean;
  readonly timeout: number;
  readonly purgeImages: boolean;
  readonly agentImage?: string;
  readonly flavor?: string;
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
      purgeImages: {
        kind: "boolean",
        brief:
          "Remove the Stock's images from its nodes, too, where no container and no other Stock of the namespace needs them",
        default: false,
        withNegated: false,
      },
      agentImage: agentImageFlag,
      flavor: {
        ...flavorFlag,
        brief: "Distribution of the nodes, such as openshift, for --purge-images [default: seen from the nodes]",
      },
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
    customUsage: ["-f larder.yaml", "qa --wait", "-f larder.yaml --purge-images"],
    fullDescription: [
      "Deletes what `larder up` made for a Stock: shelves, agents, copies of pull secrets, labels of nodes, and the namespaces that `up` made, once",
      "no other Stock is in them. Images stay on the nodes, and so do the kubelets' records of them, until the kubelet needs the room.",
      "",
      "With --purge-images they do not stay: once the shelves are gone, agents as those of the method cri remove them from each node, as the kubelet",
      "would, and go away themselves. Images that a container uses are left and named.",
      "",
      "Exit codes: 0 done; 1 the cluster refused, or an image could not be removed; 2 wrong usage or input; 3 --timeout passed, or a node did not",
      "answer in it; 4 the cluster could not be reached; 130 interrupted.",
    ].join("\n"),
  },
});
