/**
 * The event stream: what happened in a run, one event after the other. Progress, results and all reports are folds of it.
 * Published as `schema/event.schema.json`; a line that an older Larder wrote must still be read, so fields are added, never changed.
 */
import type { FailureClass } from "../failure/failure-class.ts";
import type { StockMethod } from "../stock/stock.ts";

export const EVENT_SCHEMA = "larder.dev/event/v1";

/** In every event. */
export interface EventHead {
  readonly schema: typeof EVENT_SCHEMA;
  /** Names one run on one node; all events of it carry the same text. */
  readonly run: string;
  readonly node: string;
  /** RFC 3339 in UTC with milliseconds. */
  readonly time: string;
}

/** One image that the run shall stock; `names` are all spellings under which it was asked for, the first is also `image`. */
export interface ListedImage {
  readonly image: string;
  readonly names: readonly string[];
}

export interface RunStarted {
  readonly kind: "run-started";
  readonly larder: string;
  /** Who pulls: `cri` Larder itself, `kubelet` the node's kubelet, `hybrid` both, and the kubelet's word counts. */
  readonly method: StockMethod;
  readonly images: readonly ListedImage[];
  /** Pulls at the same time per registry; null: the kubelet decides. */
  readonly parallel: number | null;
  readonly timeoutMs: number;
}

/** The runtime's socket answered, for the first time or again. */
export interface RuntimeConnected {
  readonly kind: "runtime-connected";
  readonly socket: string;
  readonly runtime: string;
  readonly runtimeVersion: string;
}

/** The runtime does not answer; the run waits for it. */
export interface RuntimeWaiting {
  readonly kind: "runtime-waiting";
  /** Sockets that were tried. */
  readonly sockets: readonly string[];
  readonly message: string;
}

export interface PullStarted {
  readonly kind: "pull-started";
  readonly image: string;
  /** Counts from 1 per image, over all credentials and repetitions. */
  readonly attempt: number;
  /** Where the credential comes from; null: the request carried none. */
  readonly credential: string | null;
  readonly timeoutMs: number;
}

export interface PullSucceeded {
  readonly kind: "pull-succeeded";
  readonly image: string;
  readonly attempt: number;
  readonly credential: string | null;
  readonly durationMs: number;
  /** null: the runtime did not say. */
  readonly sizeBytes: number | null;
  /** What the runtime answered: an image ID or a name with digest. */
  readonly imageRef: string;
}

export interface PullFailed {
  readonly kind: "pull-failed";
  readonly image: string;
  readonly attempt: number;
  readonly credential: string | null;
  readonly durationMs: number;
  readonly class: FailureClass;
  readonly permanent: boolean;
  /** The runtime's own words, without secrets. */
  readonly message: string;
}

/** The next attempt waits: back-off after a failure that may pass. */
export interface PullDelayed {
  readonly kind: "pull-delayed";
  readonly image: string;
  readonly delayMs: number;
  readonly class: FailureClass;
}

/**
 * What became of an image in this run. `pulled` and `present` are good; `failed` is final; `deadline`, `interrupted` and
 * `halted` (nothing more was worth starting, for example a full disk) are not: another run may succeed.
 */
export type ImageOutcome = "pulled" | "present" | "failed" | "deadline" | "interrupted" | "halted";

export interface ImageFinished {
  readonly kind: "image-finished";
  readonly image: string;
  readonly names: readonly string[];
  readonly outcome: ImageOutcome;
  readonly attempts: number;
  /** From the first look at the image until now, waiting included. */
  readonly durationMs: number;
  readonly sizeBytes: number | null;
  /** What the last or most telling failure was; absent if there was none. */
  readonly class?: FailureClass;
  readonly message?: string;
  readonly advice?: string;
}

export interface Warned {
  readonly kind: "warning";
  readonly code: string;
  readonly message: string;
}

/**
 * The node left the cluster, or is no longer meant. Images that are not finished are void: nobody waits for them, and they count neither
 * as there nor as missing. The run's end follows. A reader that does not know this kind sees them as unfinished.
 */
export interface NodeLeft {
  readonly kind: "node-left";
  /** A sentence without a full stop. */
  readonly message: string;
}

export type RunOutcome = "stocked" | "incomplete" | "deadline" | "unreachable" | "interrupted";

export interface RunFinished {
  readonly kind: "run-finished";
  readonly outcome: RunOutcome;
  readonly durationMs: number;
  readonly pulled: number;
  readonly present: number;
  readonly failed: number;
}

export type EventBody =
  | RunStarted
  | RuntimeConnected
  | RuntimeWaiting
  | PullStarted
  | PullSucceeded
  | PullFailed
  | PullDelayed
  | ImageFinished
  | Warned
  | NodeLeft
  | RunFinished;

export type LarderEvent = EventHead & EventBody;
