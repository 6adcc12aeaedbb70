import { GUARD_MODES, type GuardMode } from "#domain/guard/guard.ts";
import { type ClusterFlags, clusterFlags } from "../cluster/flags.ts";
import { timeoutFlag } from "../duration-flag.ts";
import { type StockFlags, stockFlags } from "../stocks/flags.ts";

export const OUTPUTS = ["text", "json"] as const;
export type GuardOutput = (typeof OUTPUTS)[number];

/** A guard has no namespace of its own. */
export type GuardClusterFlags = Pick<ClusterFlags, "kubeconfig" | "context">;
const { kubeconfig, context } = clusterFlags;
export const guardClusterFlags = { kubeconfig, context } as const;

/** What makes a guard, for `on` and for `render`. */
export interface GuardFlags extends StockFlags {
  readonly namespaces?: readonly string[];
  readonly selector?: string;
  readonly mode: GuardMode;
  readonly allow?: readonly string[];
  readonly setPullPolicy: boolean;
  readonly policy?: string;
}

export const guardFlags = {
  ...stockFlags,
  namespaces: {
    kind: "parsed",
    parse: String,
    optional: true,
    variadic: ",",
    brief: "Namespaces to guard, by name; * stands for any characters, as in qa-* (repeatable, or with commas)",
    placeholder: "pattern",
  },
  selector: {
    kind: "parsed",
    parse: String,
    optional: true,
    brief: "Only namespaces with these labels, as in kubectl -l",
    placeholder: "labels",
  },
  mode: {
    kind: "enum",
    values: GUARD_MODES,
    brief: "What becomes of an image that is on no list: refused, let in with a warning, or noted in the audit log",
    default: "deny",
  },
  allow: {
    kind: "parsed",
    parse: String,
    optional: true,
    variadic: true,
    brief: "Images that may run without being listed, and why, as in 'quay.io/acme/*=base images' (repeatable)",
    placeholder: "PATTERN=REASON",
  },
  setPullPolicy: {
    kind: "boolean",
    withNegated: false,
    brief: "Let the API server write the pull policy of each image that --policy tells; it never weakens Always",
    default: false,
  },
  policy: {
    kind: "parsed",
    parse: String,
    optional: true,
    brief: "Result of larder policy --output json",
    placeholder: "file",
  },
} as const;

export const guardTimeoutFlag = timeoutFlag("How long the API server may take to act by it", "60s");

export const outputFlag = {
  kind: "enum",
  values: OUTPUTS,
  brief: "text for people, json for programs",
  default: "text",
} as const;
