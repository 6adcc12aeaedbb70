import { buildRouteMap } from "@stricli/core";
import type { LarderContext } from "../world.ts";
import { applyPolicyCommand } from "./apply-command.ts";
import { showPolicyCommand } from "./show-command.ts";

export const policyRoutes = buildRouteMap<"show" | "apply", LarderContext>({
  routes: { show: showPolicyCommand, apply: applyPolicyCommand },
  defaultCommand: "show",
  docs: { brief: "Tell which pull policy tests can use, and write it into manifests" },
});
