/**
 * Puts what belongs to a Stock into the cluster: namespaces, copies of secrets, lists, agents and shelves, in this order, and takes away
 * what an earlier Stock of this name had and this one has not. Done twice, the second time changes nothing.
 *
 * Pods that were failing before are started again in the end: a kubelet waits for minutes before it asks once more for an image that was
 * missing, and an agent never does.
 *
 * There is no controller that would pace the shelves, so they are started one after the other here: a kubelet pulls five images a second,
 * and would let more of them wait for ten seconds and longer. What is there and did not change is not waited for.
 */
import type { ApiObject } from "#domain/cluster/api-object.ts";
import { imagesByContainer } from "#domain/manifests/images-annotation.ts";
import { ROLE_LABEL } from "#domain/manifests/labels.ts";
import { fail, ok } from "#domain/result.ts";
import type { Clock } from "#ports/clock.ts";
import type { ApiAnswer, KubernetesApi } from "#ports/kubernetes.ts";
import { failingPods, startAgain } from "./failing-pods.ts";
import { stocksIn } from "./inventories.ts";
import { ensureNamespace } from "./namespaces.ts";
import { type OwnedObject, ownedObjects, revisionOf, sameObject } from "./owned-objects.ts";

export interface StockPlace {
  readonly name: string;
  readonly namespace: string;
}

export interface StockToPutUp extends StockPlace {
  /** How long a namespace that is still being deleted is waited for. */
  readonly timeoutMs: number;
}

export interface PutUpPorts {
  readonly api: KubernetesApi;
  readonly clock: Clock;
  readonly tell: (step: PutUpStep) => void;
}

export type PutUpStep =
  | { readonly kind: "applied"; readonly object: ApiObject; readonly change: "created" | "changed" | "unchanged" }
  | { readonly kind: "removed"; readonly object: OwnedObject }
  /** Pods in which an image did not come. */
  | { readonly kind: "started-again"; readonly pods: number }
  /** A namespace of this name is being deleted, and the new one must wait. */
  | { readonly kind: "namespace-terminating"; readonly namespace: string };

/** What a kubelet pulls without letting anything wait: `registryPullQPS`, 5 by default. */
const MS_PER_PULL = 200;

/**
 * @param objects as they shall be, in the order in which they are applied: namespaces first, shelves last
 * @returns a `conflict` if somebody took the Stock down in the meantime: then nothing of it stays
 */
export async function putUp(
  stock: StockToPutUp,
  objects: readonly ApiObject[],
  ports: PutUpPorts,
  signal: AbortSignal,
): Promise<ApiAnswer<void>> {
  const { api, tell } = ports;
  const before = await ownedObjects(stock, api, signal);
  if (!before.ok) return before;
  const hadPods = before.value.some(({ resource }) => resource === "daemonsets");
  const failing = hadPods ? await failingPods(stock, api, signal) : ok([]);
  if (!failing.ok) return failing;
  let pullsUnderWay = 0;
  for (const object of objects) {
    if (object.kind === "DaemonSet" && pullsUnderWay > 0) {
      await ports.clock.sleep(pullsUnderWay * MS_PER_PULL, signal);
      const wanted = await stillWanted(stock, ports, signal);
      if (!wanted.ok) return wanted;
    }
    const applied = await applyOne(object, before.value, stock, ports, signal);
    if (!applied.ok) return applied;
    pullsUnderWay = applied.value === "unchanged" ? 0 : pullsOf(object);
    tell({ kind: "applied", object, change: applied.value });
  }
  const removed = await removeOthers(before.value, objects, ports, signal);
  if (!removed.ok) return removed;
  const again = await startAgain(failing.value, api, signal);
  if (!again.ok) return again;
  if (again.value > 0) tell({ kind: "started-again", pods: again.value });
  return stillWanted(stock, ports, signal);
}

/** Without its inventory a Stock is not there: whoever took that away did not see what came after. */
async function stillWanted(stock: StockPlace, { api }: PutUpPorts, signal: AbortSignal): Promise<ApiAnswer<void>> {
  // `up` needs the right to list them anyway, and none to get one.
  const stocks = await stocksIn(stock.namespace, api, signal);
  if (!stocks.ok) return stocks;
  if (stocks.value.some(({ name }) => name === stock.name)) return ok(undefined);
  const left = await ownedObjects(stock, api, signal);
  if (!left.ok) return left;
  for (const { resource, namespace, name } of left.value) {
    const removed = await api.delete({ resource, namespace, name }, {}, signal);
    if (!removed.ok) return removed;
  }
  const message = "somebody took it down in the meantime, and nothing of it is left";
  return fail({ kind: "conflict", action: `put up the Stock ${stock.name}`, message });
}

type ChangeKind = Extract<PutUpStep, { kind: "applied" }>["change"];

async function applyOne(
  object: ApiObject,
  before: readonly OwnedObject[],
  { timeoutMs }: StockToPutUp,
  ports: PutUpPorts,
  signal: AbortSignal,
): Promise<ApiAnswer<ChangeKind>> {
  if (object.kind === "Namespace") return ensureNamespace(object, timeoutMs, ports, signal);
  const known = before.find((candidate) => sameObject(candidate, object));
  const applied = await ports.api.apply(object, {}, signal);
  if (!applied.ok) return applied;
  if (known === undefined) return ok("created");
  return ok(known.revision === revisionOf(applied.value) ? "unchanged" : "changed");
}

function pullsOf(object: ApiObject): number {
  if (object.metadata.labels?.[ROLE_LABEL] !== "shelf") return 0;
  return [...imagesByContainer(object.metadata.annotations).values()].flat().length;
}

async function removeOthers(
  before: readonly OwnedObject[],
  objects: readonly ApiObject[],
  { api, tell }: PutUpPorts,
  signal: AbortSignal,
): Promise<ApiAnswer<void>> {
  for (const object of before) {
    if (objects.some((wanted) => sameObject(object, wanted))) continue;
    const { resource, namespace, name } = object;
    const removed = await api.delete({ resource, namespace, name }, {}, signal);
    if (!removed.ok) return removed;
    tell({ kind: "removed", object });
  }
  return ok(undefined);
}
