import { buildCommand } from "@stricli/core";
import { optionalTimeoutFlag } from "../duration-flag.ts";
import { type OutputFlags, outputAliases, outputFlags } from "../output-flags.ts";
import { type ReportFlags, reportFlags } from "../reports/flags.ts";
import type { LarderContext } from "../world.ts";
import { type PlanFlags, planAliases, planFlags } from "./plan-flags.ts";

export interface UpFlags extends PlanFlags, ReportFlags, OutputFlags {
  readonly wait: boolean;
  readonly timeout?: number;
}

export const upCommand = buildCommand<UpFlags, [], LarderContext>({
  loader: async () => (await import("./up.ts")).up,
  parameters: {
    flags: {
      ...planFlags,
      wait: {
        kind: "boolean",
        brief: "Wait until all nodes have their images, as larder await does",
        default: false,
        withNegated: false,
      },
      timeout: optionalTimeoutFlag("Deadline of --wait instead of the Stock's"),
      ...outputFlags,
      ...reportFlags,
    },
    aliases: { ...planAliases, ...outputAliases },
  },
  docs: {
    brief: "Stock the nodes of a cluster",
    customUsage: [
      "-f larder.yaml",
      "-f larder.yaml --set TAG=1.2.3 --wait --report junit=larder.xml",
      "-f larder.yaml --images-from images.txt --method hybrid",
    ],
    fullDescription: [
      "Puts the Stocks of a file into a cluster: looks at nodes, pull secrets and registries, says what it will do and why, copies the pull secrets into",
      "the Stock's namespace, and starts shelves (methods kubelet and hybrid) and agents (cri and hybrid). Done again it changes what has changed, and",
      "takes away what an earlier version of the Stock had. Nodes that join later get everything by themselves.",
      "",
      "Exit codes: 0 it is in the cluster and, with --wait, all images are on all nodes; 1 the cluster refused, or some images are missing for good;",
      "2 wrong usage or input; 3 the deadline of --wait passed; 4 the cluster could not be reached; 130 interrupted.",
    ].join("\n"),
  },
});
