/**
 * What a pod of Larder tells. Everything that a watch brings is read into this at once and the rest let go: a cluster of 1,000 nodes has
 * some thousands of such pods, and each is told of a dozen times.
 */
import type { ApiObject } from "../cluster/api-object.ts";
import { integerAt, listAt, textAt, textMapAt, valueAt } from "../json/unknown-value.ts";
import { imagesByContainer } from "../manifests/images-annotation.ts";
import { REVISION_ANNOTATION, ROLE_LABEL, SHELF_LABEL, STOCK_LABEL } from "../manifests/labels.ts";

export interface LarderPod {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  /** Where it runs, or where its DaemonSet wants it; empty: nobody knows. */
  readonly node: string;
  readonly stock: string;
  readonly role: string;
  /** Empty for agents. */
  readonly shelf: string;
  /** Version of the template that it was made of; empty: nobody knows. */
  readonly revision: string;
  /** In ms since 1970, by the API server's clock. */
  readonly createdMs: number;
  readonly isDeleting: boolean;
  /** What keeps the whole pod from running, for people; undefined: nothing that it tells. */
  readonly trouble: string | undefined;
  /** When its sandbox was ready, by the node's clock; undefined: it is not, or the kubelet does not tell. */
  readonly readyMs: number | undefined;
  /** Init containers first, in their order. */
  readonly containers: readonly LarderContainer[];
}

export interface LarderContainer {
  readonly name: string;
  readonly isInit: boolean;
  /** What it is there for, as the Stock writes it; empty: a container that prepares others, or idles. */
  readonly images: readonly string[];
  /** What it runs itself. */
  readonly ownImage: string;
  readonly restarts: number;
  readonly state: ContainerState;
  /** How it ended before it was started again. */
  readonly lastEnd: Ended | undefined;
}

export type ContainerState =
  /** `reason` is empty before the kubelet has said anything. */
  | { readonly kind: "waiting"; readonly reason: string; readonly message: string }
  | { readonly kind: "running"; readonly sinceMs: number }
  | Ended;

export interface Ended {
  readonly kind: "ended";
  readonly exitCode: number;
  readonly reason: string;
  readonly message: string;
  readonly startedMs: number;
  readonly endedMs: number;
}

/** @returns undefined for a pod that belongs to no Stock */
export function podFactsOf(object: ApiObject): LarderPod | undefined {
  const { metadata } = object;
  const labels = metadata.labels ?? {};
  const [stock, role] = [labels[STOCK_LABEL], labels[ROLE_LABEL]];
  if (stock === undefined || role === undefined) return undefined;
  return {
    uid: metadata.uid ?? `${metadata.namespace}/${metadata.name}`,
    namespace: metadata.namespace ?? "",
    name: metadata.name ?? "",
    node: textAt(object, "spec", "nodeName") ?? wantedNode(object),
    stock,
    role,
    shelf: labels[SHELF_LABEL] ?? "",
    revision: metadata.annotations?.[REVISION_ANNOTATION] ?? "",
    createdMs: timeOf(metadata.creationTimestamp) ?? 0,
    isDeleting: metadata.deletionTimestamp !== undefined,
    trouble: troubleOf(object),
    readyMs: timeOf(textAt(conditionOf(object, "PodReadyToStartContainers", "True"), "lastTransitionTime")),
    containers: containersOf(object),
  };
}

/** The DaemonSet controller names the node in the pod's affinity, and the scheduler then puts it there. */
function wantedNode(object: ApiObject): string {
  const terms = listAt(
    object,
    "spec",
    "affinity",
    "nodeAffinity",
    "requiredDuringSchedulingIgnoredDuringExecution",
    "nodeSelectorTerms",
  );
  for (const field of terms.flatMap((term) => listAt(term, "matchFields"))) {
    if (textAt(field, "key") === "metadata.name") return textAt(field, "values", 0) ?? "";
  }
  return "";
}

function containersOf(object: ApiObject): readonly LarderContainer[] {
  const images = imagesByContainer(Object.fromEntries(textMapAt(object, "metadata", "annotations")));
  const of = (specs: string, statuses: string, isInit: boolean): readonly LarderContainer[] => {
    const told = new Map(listAt(object, "status", statuses).map((status) => [textAt(status, "name"), status]));
    return listAt(object, "spec", specs).map((spec) => {
      const name = textAt(spec, "name") ?? "";
      const status = told.get(name);
      return {
        name,
        isInit,
        images: images.get(name) ?? [],
        ownImage: textAt(spec, "image") ?? "",
        restarts: integerAt(status, "restartCount") ?? 0,
        state: stateOf(valueAt(status, "state")),
        lastEnd: endOf(valueAt(status, "lastState", "terminated")),
      };
    });
  };
  return [...of("initContainers", "initContainerStatuses", true), ...of("containers", "containerStatuses", false)];
}

function stateOf(state: unknown): ContainerState {
  const running = valueAt(state, "running");
  if (running !== undefined) return { kind: "running", sinceMs: timeOf(textAt(running, "startedAt")) ?? 0 };
  const reason = textAt(state, "waiting", "reason") ?? "";
  const waiting = { kind: "waiting", reason, message: textAt(state, "waiting", "message") ?? "" } as const;
  return endOf(valueAt(state, "terminated")) ?? waiting;
}

function endOf(terminated: unknown): Ended | undefined {
  if (terminated === undefined) return undefined;
  return {
    kind: "ended",
    exitCode: integerAt(terminated, "exitCode") ?? 0,
    reason: textAt(terminated, "reason") ?? "",
    message: textAt(terminated, "message") ?? "",
    startedMs: timeOf(textAt(terminated, "startedAt")) ?? 0,
    endedMs: timeOf(textAt(terminated, "finishedAt")) ?? 0,
  };
}

/** Pods that failed as a whole (evicted, refused by the kubelet) are replaced by their DaemonSet; until then they explain themselves. */
function troubleOf(object: ApiObject): string | undefined {
  const status = valueAt(object, "status");
  if (textAt(status, "phase") === "Failed") {
    return clause(`the pod failed: ${textAt(status, "reason") ?? "no reason"}`, textAt(status, "message"));
  }
  const unscheduled = conditionOf(object, "PodScheduled", "False");
  if (unscheduled !== undefined) {
    return clause(`the pod is on no node: ${textAt(unscheduled, "reason") ?? ""}`, textAt(unscheduled, "message"));
  }
  const sandbox = conditionOf(object, "PodReadyToStartContainers", "False");
  return sandbox === undefined
    ? undefined
    : "the kubelet has not made the pod's sandbox, which needs its network and volumes";
}

function clause(head: string, message: string | undefined): string {
  return message === undefined || message === "" ? head : `${head}: ${message.replace(/[\s.]+$/, "")}`;
}

function conditionOf(object: ApiObject, type: string, status: string): unknown {
  return listAt(object, "status", "conditions").find(
    (condition) => textAt(condition, "type") === type && textAt(condition, "status") === status,
  );
}

function timeOf(text: string | undefined): number | undefined {
  const ms = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}
