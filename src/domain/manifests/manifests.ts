/** Everything that Larder applies for a Stock. */
import type { ApiObject } from "../cluster/api-object.ts";
import { agentManifests } from "./agent-daemon-sets.ts";
import { agentsNamespaceOf } from "./agents-namespace.ts";
import { inventoryManifest, inventoryOf } from "./inventory.ts";
import { namespaceManifests } from "./namespaces.ts";
import { secretCopies } from "./secret-copies.ts";
import { shelfDaemonSets } from "./shelf-daemon-sets.ts";
import type { StockPlan } from "./stock-plan.ts";

/**
 * @returns the objects in the order in which they are applied: each after what it needs. The same plan gives the same objects in the same
 * order; Secrets hold passwords, and are left out of what is shown (`withoutSecrets`).
 */
export function manifestsOf(plan: StockPlan): readonly ApiObject[] {
  const { stock } = plan;
  return [
    ...namespaceManifests(plan),
    inventoryManifest(inventoryOf(plan)),
    ...(plan.shelves.length > 0 ? secretCopies(plan, stock.namespace) : []),
    ...(plan.agentGroups.length > 0 ? secretCopies(plan, agentsNamespaceOf(stock.namespace)) : []),
    ...agentManifests(plan),
    ...shelfDaemonSets(plan),
  ];
}

/** For `render`: whoever applies it makes the secrets first. */
export function withoutSecrets(objects: readonly ApiObject[]): readonly ApiObject[] {
  return objects.filter(({ kind }) => kind !== "Secret");
}
