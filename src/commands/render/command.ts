import { buildCommand } from "@stricli/core";
import { type PlanFlags, planAliases, planFlags } from "../up/plan-flags.ts";
import type { LarderContext } from "../world.ts";

export type RenderFlags = PlanFlags;

export const renderCommand = buildCommand<RenderFlags, [], LarderContext>({
  loader: async () => (await import("./render.ts")).render,
  parameters: { flags: planFlags, aliases: planAliases },
  docs: {
    brief: "Print the manifests that larder up would apply, for GitOps",
    customUsage: ["-f larder.yaml > larder-qa.yaml"],
    fullDescription: [
      "Looks at the cluster as `larder up` does, changes nothing, and prints the same objects as YAML, in the order in which they are applied, always the same",
      "for the same cluster and Stock. Secrets are left out; a comment at the top says how to create them.",
    ].join("\n"),
  },
});
