import { buildCommand } from "@stricli/core";
import { stockAliases } from "../stocks/flags.ts";
import type { LarderContext } from "../world.ts";
import {
  type GuardClusterFlags,
  type GuardFlags,
  type GuardOutput,
  guardClusterFlags,
  guardFlags,
  guardTimeoutFlag,
  outputFlag,
} from "./flags.ts";

export interface GuardOnFlags extends GuardFlags, GuardClusterFlags {
  readonly timeout: number;
  readonly output: GuardOutput;
}

export const guardOnCommand = buildCommand<GuardOnFlags, [], LarderContext>({
  loader: async () => (await import("./on.ts")).runGuardOn,
  parameters: {
    flags: { ...guardFlags, ...guardClusterFlags, timeout: guardTimeoutFlag, output: outputFlag },
    aliases: { ...stockAliases, o: "output" },
  },
  docs: {
    brief: "Put a guard up, or change it",
    customUsage: [
      "-f larder.yaml --namespaces 'qa-*'",
      "-f larder.yaml --namespaces 'qa-*,e2e' --mode warn --allow 'quay.io/mesh/*=sidecars'",
      "-f larder.yaml --namespaces 'qa-*' --set-pull-policy --policy policy.json",
    ],
    fullDescription: [
      "Makes the API server itself refuse, or warn of, images that none of the Stocks has: in pods and in the templates of workloads, in containers",
      "of every kind and in image volumes, whatever their pull policy. It is an admission policy: nothing runs for it. Namespaces of the system and",
      "Larder's own are never guarded. Several Stocks make one guard, called after the first; an image passes if any of them has it.",
      "Returns when the API server acts by it. Ends 0 then, 2 if the cluster cannot do it (Kubernetes before 1.30), 3 if it did not in time.",
    ].join("\n"),
  },
});
