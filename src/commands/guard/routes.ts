import { buildRouteMap } from "@stricli/core";
import type { LarderContext } from "../world.ts";
import { guardOffCommand } from "./off-command.ts";
import { guardOnCommand } from "./on-command.ts";
import { guardRenderCommand } from "./render-command.ts";
import { guardStatusCommand } from "./status-command.ts";

export const guardRoutes = buildRouteMap<string, LarderContext>({
  routes: { on: guardOnCommand, off: guardOffCommand, status: guardStatusCommand, render: guardRenderCommand },
  docs: { brief: "Let the API server refuse images that are on no list" },
});
