/**
 * Has a Stock's images removed by agents on its nodes, when its shelves are gone, and takes the agents away again however that ends.
 */
import type { ApiObject } from "#domain/cluster/api-object.ts";
import { RESOURCES, type Resource } from "#domain/cluster/resource.ts";
import { listAt, textAt, valueAt } from "#domain/json/unknown-value.ts";
import { agentsNamespaceOf } from "#domain/manifests/agents-namespace.ts";
import { stockSelector } from "#domain/manifests/labels.ts";
import { REMOVE_CONTAINER } from "#domain/manifests/purge-manifests.ts";
import type { Removal } from "#domain/removing/removal.ts";
import { decodeRemovalMessage } from "#domain/removing/removal-message.ts";
import { ok, type Result } from "#domain/result.ts";
import type { ApiAnswer } from "#ports/kubernetes.ts";
import { ensureNamespace } from "../stocking/namespaces.ts";
import { OWNED_RESOURCES } from "../stocking/owned-objects.ts";
import type { StockPlace } from "../stocking/put-up.ts";
import { CLEANING_MS, removeObjects, type TakeDownPorts } from "../stocking/take-down.ts";
import { untilGone } from "../stocking/until-gone.ts";

export interface PurgePlan {
  readonly stock: StockPlace;
  /** The agents and what they need, in the order in which they are applied. */
  readonly objects: readonly ApiObject[];
  /** Nodes that get an agent, with the list that each has. */
  readonly nodes: ReadonlyMap<string, readonly string[]>;
}

export interface Purged {
  /** By node. A failed result: its agent could remove nothing, with a clause that says why. */
  readonly answers: ReadonlyMap<string, Result<readonly Removal[], string>>;
  /** Nodes whose agent had not ended in time, with the last that was known of it. */
  readonly silent: ReadonlyMap<string, string>;
}

/** A node that does not answer keeps the pods of its shelves for ever; the others do not wait for it longer than this. */
const SHELVES_GONE_MS = 60_000;
const POLL_MS = 1_000;

/** @returns what is known when all nodes have answered, or when the signal ends the waiting */
export async function purgeImages(
  plan: PurgePlan,
  ports: TakeDownPorts,
  signal: AbortSignal,
): Promise<ApiAnswer<Purged>> {
  const { stock, objects, nodes } = plan;
  if (nodes.size === 0) return ok({ answers: new Map(), silent: new Map() });
  const { api, clock } = ports;
  const agents = agentsNamespaceOf(stock.namespace);
  const shelvesGone = clock.deadline(SHELVES_GONE_MS, signal);
  await untilGone(stock, [stock.namespace, agents], [], ports, shelvesGone.signal);
  shelvesGone.dispose();
  const applied = await applyAll(objects, ports, signal);
  const answers = applied.ok ? await answersOf(plan, agents, ports, signal) : applied;
  // On every path, and also after the signal has ended everything else.
  const cleaning = clock.deadline(CLEANING_MS);
  const cleaned = await removeObjects(stock.name, agents, resourcesOf(objects), api, cleaning.signal);
  cleaning.dispose();
  return answers.ok && !cleaned.ok ? cleaned : answers;
}

/** What may be there of a plan, pods last. */
function resourcesOf(objects: readonly ApiObject[]): readonly Resource[] {
  const kinds = new Set(objects.map(({ kind }) => kind));
  const rights = (["rolebindings", "serviceaccounts"] as const).filter((one) => kinds.has(RESOURCES[one].kind));
  return [...OWNED_RESOURCES, ...rights, "pods"];
}

async function applyAll(
  objects: readonly ApiObject[],
  ports: TakeDownPorts,
  signal: AbortSignal,
): Promise<ApiAnswer<void>> {
  for (const object of objects) {
    const applied =
      object.kind === "Namespace"
        ? await ensureNamespace(object, SHELVES_GONE_MS, { ...ports, tell: () => {} }, signal)
        : await ports.api.apply(object, {}, signal);
    if (!applied.ok) return applied;
  }
  return ok(undefined);
}

async function answersOf(
  { stock, nodes }: PurgePlan,
  namespace: string,
  { api, clock }: TakeDownPorts,
  signal: AbortSignal,
): Promise<ApiAnswer<Purged>> {
  const answers = new Map<string, Result<readonly Removal[], string>>();
  const lastSeen = new Map<string, string>();
  const read = (pod: ApiObject): void => {
    const node = textAt(pod, "spec", "nodeName") ?? "";
    const images = nodes.get(node);
    const status = listAt(pod, "status", "initContainerStatuses").find(
      (one) => textAt(one, "name") === REMOVE_CONTAINER,
    );
    if (images === undefined || status === undefined || pod.metadata.deletionTimestamp !== undefined) return;
    const ended = valueAt(status, "state", "terminated");
    if (valueAt(ended, "exitCode") === 0)
      answers.set(node, decodeRemovalMessage(textAt(ended, "message") ?? "", images));
    else lastSeen.set(node, whyNot(status));
  };
  const query = { resource: "pods", namespace, labelSelector: stockSelector(stock.name) } as const;
  for (;;) {
    const pods = await api.list(query, read, signal);
    if (!pods.ok && pods.error.kind !== "aborted" && pods.error.kind !== "unreachable") return pods;
    if (answers.size === nodes.size || signal.aborted) break;
    await clock.sleep(POLL_MS, signal);
  }
  const others = [...nodes.keys()].filter((node) => !answers.has(node)).toSorted();
  return ok({
    answers,
    silent: new Map(others.map((node) => [node, lastSeen.get(node) ?? "its agent never started"])),
  });
}

function whyNot(status: unknown): string {
  const waiting = textAt(status, "state", "waiting", "reason");
  if (waiting !== undefined) {
    const message = textAt(status, "state", "waiting", "message") ?? "";
    return message === "" ? `its agent waits: ${waiting}` : `its agent waits: ${waiting}: ${message}`;
  }
  return valueAt(status, "state", "running") === undefined ? "its agent broke" : "its agent is still at work";
}
