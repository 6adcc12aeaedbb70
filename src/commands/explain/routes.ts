import { buildRouteMap } from "@stricli/core";
import type { LarderContext } from "../world.ts";
import { explainErrorCommand } from "./error-command.ts";
import { explainImageCommand } from "./image-command.ts";

export const explainRoutes = buildRouteMap<string, LarderContext>({
  routes: { image: explainImageCommand, error: explainErrorCommand },
  docs: { brief: "Tell why: which credentials an image gets, what an error means" },
});
