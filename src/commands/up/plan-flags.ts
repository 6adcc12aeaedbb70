import { STOCK_METHODS, type StockMethod } from "#domain/stock/stock.ts";
import { agentImageFlag } from "../agent-image.ts";
import { type ClusterFlags, clusterAliases, clusterFlags } from "../cluster/flags.ts";
import { flavorFlag } from "../flavor-flag.ts";
import { type RegistryFlags, registryFlags } from "../registries/flags.ts";
import { type StockFlags, stockAliases, stockFlags } from "../stocks/flags.ts";

/** The options of commands that plan a Stock: `up` and `render`. */
export interface PlanFlags extends StockFlags, ClusterFlags, RegistryFlags {
  readonly method?: StockMethod;
  readonly agentImage?: string;
  readonly flavor?: string;
  readonly labelNodes: boolean;
}

export const planFlags = {
  ...stockFlags,
  method: {
    kind: "enum",
    values: STOCK_METHODS,
    optional: true,
    brief: "Method instead of the Stock's",
  },
  agentImage: agentImageFlag,
  flavor: flavorFlag,
  labelNodes: {
    kind: "boolean",
    brief:
      "Let Larder label nodes: those of a mixed cluster that need other pods, and, with --wait, those that have everything",
    default: false,
    withNegated: false,
  },
  ...registryFlags,
  ...clusterFlags,
} as const;

export const planAliases = { ...stockAliases, ...clusterAliases } as const;
