/**
 * What goes wrong on many nodes, counted once per kind: an image that is missing in its registry fails on all of 500
 * nodes, and that is one piece of news with a number, not 500.
 */
import type { ImageFinished, LarderEvent, PullFailed } from "./event.ts";
import type { ImageRecord, RunRecord } from "./run-record.ts";
import { lastFailure } from "./selectors.ts";

/**
 * `failed`: final for this run. `passing`: an attempt failed, and another will follow. `warning`: said by a run beside its
 * images. `waiting`: no container runtime answers.
 */
export type TroubleKind = "failed" | "passing" | "warning" | "waiting";

export interface Trouble {
  readonly kind: TroubleKind;
  /** null where it is about the whole node. */
  readonly image: string | null;
  /** Failure class or the warning's code; images and nodes of one kind and cause belong together. */
  readonly cause: string;
  /** The first node that had it, and what was said there; null: it is about no single node. */
  readonly node: string | null;
  readonly message: string | null;
  readonly advice: string | null;
  /** Nodes that had it so far; one that got over it stays among them. */
  readonly nodes: Set<string>;
}

/** By kind, image and cause, in the order in which they first came. */
export type Troubles = Map<string, Trouble>;

type Told = Omit<Trouble, "node" | "nodes">;

/**
 * Counts the trouble that an event tells, if it is news for its node.
 * @param before the run as it was before this event; undefined: the event does not belong to a node that has begun
 * @returns the trouble with its nodes; undefined: no trouble, or one that this node had already
 */
export function countTrouble(
  troubles: Troubles,
  event: LarderEvent,
  before: RunRecord | undefined,
): Trouble | undefined {
  const told = troubleIn(event, before);
  if (!told) return undefined;
  const node = before?.node ?? event.node;
  const key = keyOf(told, node);
  const known = troubles.get(key);
  if (known?.nodes.has(node)) return undefined;
  const trouble = known ?? { ...told, node: before || told.image !== null ? node : null, nodes: new Set() };
  trouble.nodes.add(node);
  if (!known) troubles.set(key, trouble);
  return trouble;
}

/** Words of a runtime differ from node to node (addresses, times), its class does not; warnings have nothing but their words. */
function keyOf({ kind, image, cause, message }: Told, node: string): string {
  const words = image === null ? (message ?? "").replaceAll(node, "\u0000") : "";
  return [kind, image ?? "", cause, words].join("\n");
}

function troubleIn(event: LarderEvent, before: RunRecord | undefined): Told | undefined {
  switch (event.kind) {
    case "warning":
      return { kind: "warning", image: null, cause: event.code, message: event.message, advice: null };
    case "node-left":
      return { kind: "warning", image: null, cause: "NODE_LEFT", message: event.message, advice: null };
    case "runtime-waiting":
      return { kind: "waiting", image: null, cause: "runtime-unavailable", message: event.message, advice: null };
    case "image-finished":
      return failedImage(event);
    case "pull-failed":
      return failedAttempt(event, before?.images.get(event.image));
    case "pull-delayed":
      return delayedForGrace(before?.images.get(event.image));
    default:
      return undefined;
  }
}

function failedImage(event: ImageFinished): Told | undefined {
  const { image, outcome, class: cause = "unknown", message, advice } = event;
  if (outcome !== "failed") return undefined;
  return { kind: "failed", image, cause, message: message ?? null, advice: advice ?? null };
}

/** A permanent one is the end of its image or of one credential, unless the same was tried before and the image goes on (a kubelet repeats all). */
function failedAttempt(event: PullFailed, before: ImageRecord | undefined): Told | undefined {
  const { image, class: cause, message, credential, permanent } = event;
  const isRepeated = before?.attempts.some((one) => one.result === "failed" && one.credential === credential);
  return permanent && isRepeated !== true ? undefined : { kind: "passing", image, cause, message, advice: null };
}

/** A permanent failure that is tried again within the grace: its `pull-failed` alone did not say that it is not the end. */
function delayedForGrace(before: ImageRecord | undefined): Told | undefined {
  const failure = before && lastFailure(before);
  if (!before || !failure?.permanent || failure.class === null) return undefined;
  return { kind: "passing", image: before.image, cause: failure.class, message: failure.message, advice: null };
}
