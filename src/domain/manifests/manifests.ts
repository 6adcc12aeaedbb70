/** Everything that Larder applies for a Stock. */
import type { ApiObject } from "../cluster/api-object.ts";
import { agentManifests } from "./agent-daemon-sets.ts";
import { agentParts } from "./agent-lists.ts";
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
  const { stock, shelves, agentGroups, secrets } = plan;
  const ofShelves = shelves.flatMap(({ secret }) => secret ?? []);
  const ofAgents = agentParts(stock, secrets).flatMap(({ batches }) => batches.flatMap((batch) => batch.secrets));
  return [
    ...namespaceManifests(plan),
    inventoryManifest(inventoryOf(plan)),
    ...secretCopies(plan, stock.namespace, ofShelves),
    ...(agentGroups.length === 0
      ? []
      : secretCopies(
          plan,
          agentsNamespaceOf(stock.namespace),
          ofAgents.map(({ name }) => name),
        )),
    ...agentManifests(plan),
    ...shelfDaemonSets(plan),
  ];
}

/** For `render`: whoever applies it makes the secrets first. */
export function withoutSecrets(objects: readonly ApiObject[]): readonly ApiObject[] {
  return objects.filter(({ kind }) => kind !== "Secret");
}
