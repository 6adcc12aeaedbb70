import { buildCommand } from "@stricli/core";
import { stockAliases } from "../stocks/flags.ts";
import type { LarderContext } from "../world.ts";
import { type GuardFlags, guardFlags } from "./flags.ts";

export const guardRenderCommand = buildCommand<GuardFlags, [], LarderContext>({
  loader: async () => (await import("./render.ts")).runGuardRender,
  parameters: {
    flags: guardFlags,
    aliases: stockAliases,
  },
  docs: {
    brief: "Print a guard as YAML, for GitOps",
    customUsage: ["-f larder.yaml --namespaces 'qa-*' > guard.yaml"],
    fullDescription: [
      "Prints what larder guard on would apply, and asks no cluster. The same input gives the same bytes. With --set-pull-policy it takes",
      "MutatingAdmissionPolicy as Kubernetes has it from 1.36 on.",
    ].join("\n"),
  },
});
