import { formatRequirement, type NodeRequirement } from "#domain/cluster/node-selector.ts";
import type { GuardMode } from "#domain/guard/guard.ts";

export const WORDS_OF_MODE = {
  deny: "refuses",
  warn: "warns of",
  audit: "notes in the audit log",
} as const satisfies Record<GuardMode, string>;

/** `qa-*, e2e with team=x` */
export function describeNamespaces(namespaces: readonly string[], selector: readonly NodeRequirement[]): string {
  const names = namespaces.length === 0 ? "all" : namespaces.join(", ");
  return selector.length === 0 ? names : `${names} with ${selector.map(formatRequirement).join(",")}`;
}

export function describeStocks(stocks: readonly string[]): string {
  return `Stock${stocks.length === 1 ? "" : "s"} ${stocks.join(", ")}`;
}
