import { eligibilityOf } from "#domain/cluster/eligibility.ts";
import { nodeFactsOf } from "#domain/cluster/node-facts.ts";
import type { Inventory } from "#domain/manifests/inventory.ts";
import type { LarderEvent } from "#domain/run/event.ts";
import { labelNodes } from "#workflows/stocking/label-nodes.ts";
import { answered, type Cluster } from "../cluster/open-cluster.ts";
import type { World } from "../world.ts";

/** After a deadline or an interrupt there must be an end, too. */
const DEADLINE_MS = 30_000;

/** Takes the events of a run, and remembers which nodes got everything. */
export function stockedNodes(): { readonly names: ReadonlySet<string>; event(event: LarderEvent): void } {
  const names = new Set<string>();
  return {
    names,
    event(event: LarderEvent): void {
      if (event.kind === "run-finished" && event.outcome === "stocked") names.add(event.node);
    },
  };
}

/**
 * Sets the `nodeLabels` of each Stock on those of its nodes that have everything.
 * @throws ClusterError
 */
export async function labelStockedNodes(
  stocks: readonly Inventory[],
  stocked: ReadonlySet<string>,
  cluster: Cluster,
  { clock }: Pick<World, "clock">,
): Promise<void> {
  const labelled = stocks.filter(({ nodeLabels }) => nodeLabels.size > 0);
  if (labelled.length === 0 || stocked.size === 0) return;
  const deadline = clock.deadline(DEADLINE_MS);
  try {
    const nodes = answered(await cluster.api.list({ resource: "nodes" }, nodeFactsOf, deadline.signal), cluster);
    for (const stock of labelled) {
      const meant = nodes.filter(({ name }) => stocked.has(name)).filter((node) => isMeant(node, stock));
      for (const [key, value] of stock.nodeLabels) {
        const missing = meant.filter(({ labels }) => labels.get(key) !== value);
        const values = new Map(missing.map(({ name }) => [name, value]));
        answered(await labelNodes(key, values, cluster.api, deadline.signal), cluster);
      }
    }
  } finally {
    deadline.dispose();
  }
}

function isMeant(node: Parameters<typeof eligibilityOf>[0], { nodes }: Inventory): boolean {
  return eligibilityOf(node, nodes).kind === "eligible";
}
