/** Everything that Larder applies for a Stock. */
import type { ApiObject } from "../cluster/api-object.ts";
import { formatSecretName, type SecretName } from "../cluster/secret-name.ts";
import { agentManifests } from "./agent-daemon-sets.ts";
import { agentParts } from "./agent-lists.ts";
import { agentsNamespaceOf } from "./agents-namespace.ts";
import { inventoryManifest, inventoryOf } from "./inventory.ts";
import { COPIED_FROM_ANNOTATION } from "./labels.ts";
import { namespaceManifests } from "./namespaces.ts";
import { secretCopies } from "./secret-copies.ts";
import { shelfDaemonSets } from "./shelf-daemon-sets.ts";
import type { StockPlan } from "./stock-plan.ts";

/**
 * @returns the objects in the order in which they are applied: each after what it needs. The same plan gives the same objects in the same
 * order; Secrets hold passwords, and are left out of what is shown (`withoutSecrets`).
 */
export function manifestsOf(plan: StockPlan): readonly ApiObject[] {
  const { stock, agentGroups, secrets } = plan;
  const ofAgents = agentParts(stock, secrets).flatMap(({ batches }) => batches.flatMap((batch) => batch.secrets));
  const [agents, shelves] = [agentManifests(plan), shelfDaemonSets(plan)];
  return [
    ...namespaceManifests(plan),
    inventoryManifest(inventoryOf(plan, [...agents, ...shelves])),
    // All of them, whatever the method: the probes of `larder verify` name each secret that matches an image.
    ...secretCopies(
      plan,
      stock.namespace,
      secrets.map(({ name }) => name),
    ),
    ...(agentGroups.length === 0
      ? []
      : secretCopies(
          plan,
          agentsNamespaceOf(stock.namespace),
          ofAgents.map(({ name }) => name),
        )),
    ...agents,
    ...shelves,
  ];
}

/** Which pull secrets are copied, and where to. */
export function copiedSecrets(plan: StockPlan): readonly { readonly from: SecretName; readonly to: SecretPlace }[] {
  const copies = manifestsOf(plan).filter(({ kind }) => kind === "Secret");
  return plan.secrets.flatMap(({ name: from }) =>
    copies
      .filter(({ metadata }) => metadata.annotations?.[COPIED_FROM_ANNOTATION] === formatSecretName(from))
      .map(({ metadata: { namespace = "", name = "" } }) => ({ from, to: { namespace, name } })),
  );
}

interface SecretPlace {
  readonly namespace: string;
  readonly name: string;
}

/** For `render`: whoever applies it makes the secrets first. */
export function withoutSecrets(objects: readonly ApiObject[]): readonly ApiObject[] {
  return objects.filter(({ kind }) => kind !== "Secret");
}
