/** What `up` wrote down of Stocks, so that other commands need no file. */

import type { Inventory } from "#domain/manifests/inventory.ts";
import { inventoryName } from "#domain/manifests/inventory.ts";
import { MANAGED_BY, MANAGED_BY_LABEL } from "#domain/manifests/labels.ts";
import { readInventory } from "#domain/manifests/read-inventory.ts";
import { ok, type Result } from "#domain/result.ts";
import type { ApiAnswer, KubernetesApi } from "#ports/kubernetes.ts";
import type { StockPlace } from "./put-up.ts";

/** @returns undefined: there is no such Stock; a failed result: it is there and cannot be read, with a clause that says why */
export async function findInventory(
  { name, namespace }: StockPlace,
  api: Pick<KubernetesApi, "get">,
  signal: AbortSignal,
): Promise<ApiAnswer<Result<Inventory, string> | undefined>> {
  const found = await api.get({ resource: "configmaps", namespace, name: inventoryName(name) }, signal);
  if (found.ok) return ok(readInventory(found.value));
  return found.error.kind === "not-found" ? ok(undefined) : found;
}

/** Names of all Stocks in a namespace, sorted. */
export async function stocksIn(
  namespace: string,
  api: Pick<KubernetesApi, "list">,
  signal: AbortSignal,
): Promise<ApiAnswer<readonly StockPlace[]>> {
  const query = { resource: "configmaps", namespace, labelSelector: `${MANAGED_BY_LABEL}=${MANAGED_BY}` } as const;
  const prefix = inventoryName("");
  const read = (object: { readonly metadata: { readonly name?: string } }): StockPlace | undefined => {
    const name = object.metadata.name ?? "";
    return name.startsWith(prefix) ? { name: name.slice(prefix.length), namespace } : undefined;
  };
  const stocks = await api.list(query, read, signal);
  return stocks.ok ? ok(stocks.value.toSorted((a, b) => (a.name < b.name ? -1 : 1))) : stocks;
}
