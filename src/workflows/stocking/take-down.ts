/**
 * Takes a Stock away again: its pods, secrets, lists and labels, and the namespaces that Larder made. Images and records stay on the nodes,
 * unless somebody purges them in between.
 */
import type { ApiObject } from "#domain/cluster/api-object.ts";
import type { ObjectName, Resource } from "#domain/cluster/resource.ts";
import { agentsNamespaceOf } from "#domain/manifests/agents-namespace.ts";
import { ROLE_LABEL, stockSelector } from "#domain/manifests/labels.ts";
import { ok } from "#domain/result.ts";
import type { Clock } from "#ports/clock.ts";
import type { ApiAnswer, KubernetesApi } from "#ports/kubernetes.ts";
import { removeNamespaceIfOurs } from "./namespaces.ts";
import { OWNED_RESOURCES, ownedObjects } from "./owned-objects.ts";
import type { StockPlace } from "./put-up.ts";
import { untilGone } from "./until-gone.ts";

export interface TakeDownPorts {
  readonly api: KubernetesApi;
  readonly clock: Clock;
}

export interface TakeDownOptions {
  /** Labels that were set on nodes that had the whole Stock. */
  readonly nodeLabels: ReadonlyMap<string, string>;
  /** Labels that go whatever their values are. */
  readonly labelKeys: readonly string[];
  /** Returns only when pods and namespaces are gone. */
  readonly wait: boolean;
  /** What is done when the Stock's objects are gone and its namespaces are not; whatever comes of it, all else is taken away. */
  readonly purge?: (signal: AbortSignal) => Promise<ApiAnswer<void>>;
}

/** For taking away the rest after the signal has ended everything else. */
export const CLEANING_MS = 30_000;

export interface TakenDown {
  /** How many objects were deleted; 0: there was nothing of this Stock. */
  readonly objects: number;
  readonly namespaces: readonly string[];
  /** Names of the nodes that lost labels. */
  readonly unlabelled: readonly string[];
  /** What was not gone when the signal ended the waiting: `the namespace larder`, `2 pods on a, b`. */
  readonly left: readonly string[];
}

export async function takeDown(
  stock: StockPlace,
  { nodeLabels, labelKeys, wait, purge }: TakeDownOptions,
  { api, clock }: TakeDownPorts,
  signal: AbortSignal,
): Promise<ApiAnswer<TakenDown>> {
  const owned = await ownedObjects(stock, api, signal);
  if (!owned.ok) return owned;
  const objects = owned.value.length;
  const labels = [
    ...Array.from(nodeLabels, ([key, value]) => ({ key, selector: `${key}=${value}` })),
    ...labelKeys.map((key) => ({ key, selector: key })),
  ];
  const unlabelled = new Set<string>();
  for (const label of labels) {
    const removed = await removeNodeLabel(label, api, signal);
    if (!removed.ok) return removed;
    for (const node of removed.value) unlabelled.add(node);
  }
  const places = new Set(owned.value.map(({ namespace }) => namespace));
  for (const namespace of places) {
    const found = owned.value.flatMap((object) => (object.namespace === namespace ? [object.resource] : []));
    const resources = new Set<Resource>([...OWNED_RESOURCES, ...found, "pods"]);
    const emptied = await removeObjects(stock.name, namespace, resources, api, signal);
    if (!emptied.ok) return emptied;
  }
  if (purge === undefined) return finish(signal);
  const purged = await purge(signal);
  places.add(agentsNamespaceOf(stock.namespace));
  if (!signal.aborted) {
    const finished = await finish(signal);
    return purged.ok ? finished : purged;
  }
  const cleaning = clock.deadline(CLEANING_MS);
  const finished = await finish(cleaning.signal);
  cleaning.dispose();
  return purged.ok ? finished : purged;

  async function finish(until: AbortSignal): Promise<ApiAnswer<TakenDown>> {
    const namespaces: string[] = [];
    const going: string[] = [];
    for (const namespace of [stock.namespace, agentsNamespaceOf(stock.namespace)]) {
      const removed = await removeNamespaceIfOurs(namespace, api, until);
      if (!removed.ok) return removed;
      if (removed.value === "deleted") namespaces.push(namespace);
      if (removed.value !== "stays") going.push(namespace);
    }
    const isWaiting = wait && until === signal;
    const left = isWaiting ? await untilGone(stock, [...places], going, { api, clock }, signal) : [];
    return ok({ objects, namespaces, unlabelled: [...unlabelled], left });
  }
}

export async function removeObjects(
  stock: string,
  namespace: string,
  /** Pods last. */
  resources: Iterable<Resource>,
  api: KubernetesApi,
  signal: AbortSignal,
): Promise<ApiAnswer<void>> {
  for (const resource of resources) {
    const query = { resource, namespace, labelSelector: selectorOf(resource, stock) };
    const deleted = await api.deleteAll(query, {}, signal);
    if (!deleted.ok) return deleted;
  }
  return ok(undefined);
}

/**
 * Pods of DaemonSets go with their owners; what nobody owns are probes. The server deletes a collection object by object while the request
 * waits, and thousands take it longer than a request may last.
 */
function selectorOf(resource: Resource, stock: string): string {
  const selector = stockSelector(stock);
  return resource === "pods" ? `${selector},${ROLE_LABEL} notin (shelf,agent)` : selector;
}

async function removeNodeLabel(
  { key, selector }: { readonly key: string; readonly selector: string },
  api: KubernetesApi,
  signal: AbortSignal,
): Promise<ApiAnswer<readonly string[]>> {
  const nodes = await api.list({ resource: "nodes", labelSelector: selector }, nameOf, signal);
  if (!nodes.ok) return nodes;
  for (const name of nodes.value) {
    const target: ObjectName = { resource: "nodes", name };
    const patched = await api.patch(target, { metadata: { labels: { [key]: null } } }, signal);
    // A node that has left needs no label taken off.
    if (!patched.ok && patched.error.kind !== "not-found") return patched;
  }
  return nodes;
}

function nameOf({ metadata }: ApiObject): string | undefined {
  return metadata.name;
}
