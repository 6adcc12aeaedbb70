/** Waits until pods and namespaces that were deleted are gone: a node that does not answer keeps its pods, and a finalizer its namespace. */
import type { ApiObject } from "#domain/cluster/api-object.ts";
import { isRecord } from "#domain/json/unknown-value.ts";
import { stockSelector } from "#domain/manifests/labels.ts";
import { ok } from "#domain/result.ts";
import type { ApiAnswer, KubernetesApi } from "#ports/kubernetes.ts";
import { namespaceState } from "./namespaces.ts";
import type { StockPlace } from "./put-up.ts";
import type { TakeDownPorts } from "./take-down.ts";

const POLL_MS = 500;
const NODES_SHOWN = 5;

/** @returns what was there when it was last seen before the signal aborted; empty: all is gone */
export async function untilGone(
  stock: StockPlace,
  places: readonly string[],
  namespaces: readonly string[],
  { api, clock }: TakeDownPorts,
  signal: AbortSignal,
): Promise<readonly string[]> {
  let left = ["nobody knows what"];
  while (!signal.aborted) {
    const pods = await podsLeft(stock, places, api, signal);
    const others = await namespacesLeft(namespaces, api, signal);
    // A server that does not answer now is asked again: what was to be deleted is deleted.
    if (pods.ok && others.ok) {
      left = [...pods.value, ...others.value];
      if (left.length === 0) return [];
    }
    await clock.sleep(POLL_MS, signal);
  }
  return left;
}

async function podsLeft(
  { name }: StockPlace,
  places: readonly string[],
  api: KubernetesApi,
  signal: AbortSignal,
): Promise<ApiAnswer<readonly string[]>> {
  const byNode = new Map<string, number>();
  for (const namespace of places) {
    const query = { resource: "pods", namespace, labelSelector: stockSelector(name) } as const;
    const pods = await api.list(query, nodeOf, signal);
    if (!pods.ok) return pods;
    for (const node of pods.value) byNode.set(node, (byNode.get(node) ?? 0) + 1);
  }
  const count = [...byNode.values()].reduce((sum, one) => sum + one, 0);
  if (count === 0) return ok([]);
  const nodes = [...byNode.keys()].filter((node) => node !== "").toSorted();
  const more = nodes.length > NODES_SHOWN ? ` and ${nodes.length - NODES_SHOWN} more` : "";
  const where = nodes.length === 0 ? "" : ` on ${nodes.slice(0, NODES_SHOWN).join(", ")}${more}`;
  return ok([`${count === 1 ? "a pod" : `${count} pods`}${where}`]);
}

async function namespacesLeft(
  namespaces: readonly string[],
  api: KubernetesApi,
  signal: AbortSignal,
): Promise<ApiAnswer<readonly string[]>> {
  const left: string[] = [];
  for (const name of namespaces) {
    const found = await namespaceState(name, api, signal);
    if (!found.ok) return found;
    if (found.value.state !== "absent") left.push(`the namespace ${name}`);
  }
  return ok(left);
}

/** Empty for a pod that has no node yet. */
function nodeOf(object: ApiObject): string {
  const { spec } = object;
  const node = isRecord(spec) ? spec["nodeName"] : undefined;
  return typeof node === "string" ? node : "";
}
