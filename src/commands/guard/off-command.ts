import { buildCommand } from "@stricli/core";
import { type StockFlags, stockAliases, stockFlags } from "../stocks/flags.ts";
import type { LarderContext } from "../world.ts";
import { type GuardClusterFlags, type GuardOutput, guardClusterFlags, guardTimeoutFlag, outputFlag } from "./flags.ts";

export interface GuardNameFlags extends Partial<Pick<StockFlags, "file" | "set">>, GuardClusterFlags {
  readonly output: GuardOutput;
}

export interface GuardOffFlags extends GuardNameFlags {
  readonly timeout: number;
}

/** A guard is named by its Stock's name, or by a file with it. */
export const guardNameFlags = {
  file: { ...stockFlags.file, optional: true },
  set: stockFlags.set,
  ...guardClusterFlags,
  output: outputFlag,
} as const;

export const guardNameParameter = {
  kind: "tuple",
  parameters: [{ parse: String, optional: true, brief: "Name of the Stock, instead of --file", placeholder: "stock" }],
} as const;

export const guardOffCommand = buildCommand<GuardOffFlags, [string?], LarderContext>({
  loader: async () => (await import("./off.ts")).runGuardOff,
  parameters: {
    flags: { ...guardNameFlags, timeout: guardTimeoutFlag },
    aliases: { ...stockAliases, o: "output" },
    positional: guardNameParameter,
  },
  docs: {
    brief: "Take a guard away",
    customUsage: ["-f larder.yaml", "qa"],
    fullDescription: [
      "Removes the guard of a Stock, and returns when the API server no longer acts by it. Where there is none it ends 0, too.",
    ].join("\n"),
  },
});
