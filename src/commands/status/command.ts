import { buildCommand } from "@stricli/core";
import { type ClusterFlags, clusterAliases, clusterFlags } from "../cluster/flags.ts";
import { type ChoiceFlags, choiceFlags, stockAliases } from "../stocks/flags.ts";
import type { LarderContext } from "../world.ts";

export interface StatusFlags extends ChoiceFlags, ClusterFlags {
  readonly stock?: readonly string[];
  readonly watch: boolean;
  readonly output: "text" | "json";
}

export const statusCommand = buildCommand<StatusFlags, [string?], LarderContext>({
  loader: async () => (await import("./status.ts")).status,
  parameters: {
    flags: {
      ...choiceFlags,
      stock: {
        kind: "parsed",
        parse: String,
        optional: true,
        variadic: true,
        brief: "Name of a Stock, instead of a file (repeatable) [default: all of the namespace]",
        placeholder: "name",
      },
      watch: { kind: "boolean", brief: "Show it again when something changes", default: false, withNegated: false },
      output: { kind: "enum", values: ["text", "json"], brief: "text for people, json for machines", default: "text" },
      ...clusterFlags,
    },
    aliases: { ...stockAliases, ...clusterAliases, o: "output", w: "watch" },
    positional: {
      kind: "tuple",
      parameters: [{ parse: String, brief: "One node, in detail", placeholder: "node", optional: true }],
    },
  },
  docs: {
    brief: "Show which node has which images",
    customUsage: ["", "--stock qa worker-1", "--output json", "--watch"],
    fullDescription: [
      "Shows how each Stock stands on each node now, as the kubelets tell. With a node it shows that node alone, and for the methods cri and hybrid what its",
      "agent told, event by event. Ends 0 when it could show, whatever the images are like.",
    ].join("\n"),
  },
});
