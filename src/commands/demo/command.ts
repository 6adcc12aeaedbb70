import { buildCommand } from "@stricli/core";
import type { LarderContext } from "../world.ts";

/** The demo takes no options: it shows one story. */
export type DemoFlags = Readonly<Record<string, never>>;

export const demoCommand = buildCommand<DemoFlags, [], LarderContext>({
  loader: async () => (await import("./demo.ts")).demo,
  parameters: { flags: {} },
  docs: {
    brief: "See fetch at work on an embedded registry and an embedded container runtime",
    fullDescription: [
      "Starts a registry and a container runtime inside this process and stocks eight images: public ones and private ones, one that the",
      "registry throttles, one that arrives damaged, one that is not there. Needs nothing but Node, and leaves nothing behind but",
      "larder-demo/events.ndjson in the current folder. Ends 0 when all went as planned.",
    ].join("\n"),
  },
});
