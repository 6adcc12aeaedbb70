import type { AwaitPorts } from "./await-stocks.ts";
import type { ObservedNode } from "./awaited-stock.ts";

const NAMES_SHOWN = 10;

/** Nodes that no Stock means for a reason of their own. Each is named once; a new node has taints that pass, so it is named at the end. */
export class LeftOutNodes {
  readonly #named = new Set<string>();
  readonly #warn: AwaitPorts["warn"];

  constructor(warn: AwaitPorts["warn"]) {
    this.#warn = warn;
  }

  tell(nodes: Iterable<ObservedNode>): void {
    const byReason = new Map<string, string[]>();
    for (const { name, leftOut } of nodes) {
      if (leftOut === undefined || this.#named.has(name)) continue;
      this.#named.add(name);
      byReason.set(leftOut.reason, [...(byReason.get(leftOut.reason) ?? []), name]);
    }
    for (const [reason, names] of byReason) {
      const shown = names.slice(0, NAMES_SHOWN).join(", ");
      const more = names.length > NAMES_SHOWN ? ` and ${names.length - NAMES_SHOWN} more` : "";
      const which = names.length === 1 ? "the node" : `${names.length} nodes`;
      this.#warn("NODES_LEFT_OUT", `left out: ${which} ${shown}${more}, where it ${reason}`);
    }
  }
}
