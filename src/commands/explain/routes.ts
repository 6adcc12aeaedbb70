import { buildRouteMap } from "@stricli/core";
import type { LarderContext } from "../world.ts";
import { explainErrorCommand } from "./error-command.ts";

export const explainRoutes = buildRouteMap<string, LarderContext>({
  routes: { error: explainErrorCommand },
  docs: { brief: "Tell why: what an error means" },
});
