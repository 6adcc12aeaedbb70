import { buildCommand } from "@stricli/core";
import { stockAliases } from "../stocks/flags.ts";
import type { LarderContext } from "../world.ts";
import { type GuardNameFlags, guardNameFlags, guardNameParameter } from "./off-command.ts";

export const guardStatusCommand = buildCommand<GuardNameFlags, [string?], LarderContext>({
  loader: async () => (await import("./status.ts")).runGuardStatus,
  parameters: {
    flags: guardNameFlags,
    aliases: { ...stockAliases, o: "output" },
    positional: guardNameParameter,
  },
  docs: {
    brief: "Show guards: what they take, whether they are in force, and what runs past them",
    customUsage: ["", "-f larder.yaml", "qa --output json"],
    fullDescription: [
      "Shows one guard, or all of the cluster: mode, number of images, patterns, the namespaces that they take now, whether the API server acts",
      "by it (two pods are tried and not kept), and the pods that run in these namespaces with images on no list. Ends 0 if it could show.",
    ].join("\n"),
  },
});
