/** What is kept of a probe, of all that the API tells of it. Only its status counts: a pod's events are dropped when there are many. */
import type { ApiObject } from "../cluster/api-object.ts";
import { redactText } from "../failure/redact.ts";
import { listAt, textAt, valueAt } from "../json/unknown-value.ts";

export interface PodState {
  readonly name: string;
  readonly containers: ReadonlyMap<string, ContainerState>;
  /** Words of an init container that cannot start, or ended in failure; absent: nothing is wrong with them. */
  readonly trouble?: Words;
  /** Why the pod is over, or not wanted by the kubelet; absent: it is neither. */
  readonly failed?: Words;
  /** The kubelet says that the pod has no sandbox yet. */
  readonly isWithoutSandbox: boolean;
}

export type ContainerState =
  | { readonly kind: "waiting"; readonly words: Words }
  | { readonly kind: "running" }
  | { readonly kind: "ended"; readonly words: Words };

/** A reason of one word, as the kubelet has it, and its message; both may be empty. */
export interface Words {
  readonly reason: string;
  readonly message: string;
}

export function podStateOf(pod: ApiObject): PodState {
  const status = pod["status"];
  const trouble = troubleOf(listAt(status, "initContainerStatuses"));
  const isFailed = textAt(status, "phase") === "Failed";
  const ready = listAt(status, "conditions").find((item) => textAt(item, "type") === "PodReadyToStartContainers");
  return {
    name: pod.metadata.name ?? "",
    containers: new Map(
      listAt(status, "containerStatuses").map((item) => [textAt(item, "name") ?? "", containerStateOf(item)]),
    ),
    ...(trouble && { trouble }),
    ...(isFailed && { failed: wordsOf(status) }),
    isWithoutSandbox: textAt(ready, "status") === "False",
  };
}

/** `ErrImageNeverPull: Container image … is not present`; null: there are none. */
export function formatWords({ reason, message }: Words): string | null {
  const text = [reason, message].filter((part) => part !== "").join(": ");
  return text === "" ? null : text;
}

/** @param status of a container */
function containerStateOf(status: unknown): ContainerState {
  if (valueAt(status, "state", "running") !== undefined) return { kind: "running" };
  const ended = valueAt(status, "state", "terminated");
  if (ended !== undefined) return { kind: "ended", words: wordsOf(ended) };
  return { kind: "waiting", words: wordsOf(valueAt(status, "state", "waiting")) };
}

const UNDER_WAY = ["", "PodInitializing", "ContainerCreating"];

function troubleOf(statuses: readonly unknown[]): Words | undefined {
  for (const status of statuses) {
    const state = containerStateOf(status);
    const isBad = state.kind === "waiting" ? !UNDER_WAY.includes(state.words.reason) : state.kind === "ended";
    if (isBad && state.kind !== "running" && state.words.reason !== "Completed") return state.words;
  }
  return undefined;
}

/** The runtime's words may quote an address with a signature in it. */
function wordsOf(said: unknown): Words {
  const text = (field: string): string => redactText(textAt(said, field) ?? "", []).trim();
  return { reason: text("reason"), message: text("message") };
}
