/**
 * What is known of runs: the accumulator that `foldEvent` fills. A live display keeps one run in it, a report merges the
 * streams of thousands of nodes, so it is changed in place and holds each fact once.
 *
 * Only `foldEvent` writes to it. Everything else reads, best through the selectors beside it. Counts, bytes and the list
 * of active images are kept up to date with every event, so that drawing a frame costs what is drawn, not what is listed.
 */
import type { FailureClass } from "../failure/failure-class.ts";
import type { ImageOutcome, RunOutcome } from "./event.ts";

export type ImageState =
  | { readonly kind: "waiting" }
  | {
      readonly kind: "pulling";
      readonly sinceMs: number;
      readonly attempt: number;
      readonly credential: string | null;
      readonly timeoutMs: number;
    }
  /** An attempt is over, and what comes next has not been said: another credential, a delay or the end. */
  | { readonly kind: "tried" }
  | { readonly kind: "delayed"; readonly untilMs: number; readonly class: FailureClass }
  | {
      readonly kind: "finished";
      readonly outcome: ImageOutcome;
      readonly attempts: number;
      readonly durationMs: number;
      readonly class: FailureClass | null;
      readonly message: string | null;
      readonly advice: string | null;
    };

/** Where an image stands: its state, and for a finished one its outcome. */
export type Standing = Exclude<ImageState["kind"], "finished"> | ImageOutcome;

export interface AttemptRecord {
  readonly attempt: number;
  readonly credential: string | null;
  readonly startedMs: number;
  /** null while it runs, and for ever in a stream that was cut. */
  readonly durationMs: number | null;
  readonly result: "running" | "succeeded" | "failed";
  readonly class: FailureClass | null;
  readonly permanent: boolean;
  readonly message: string | null;
}

export interface ImageRecord {
  readonly image: string;
  names: readonly string[];
  state: ImageState;
  /** In the order in which they started; an attempt appears once, however often its events are told. */
  attempts: readonly AttemptRecord[];
  /** null: nobody said. */
  sizeBytes: number | null;
}

type RuntimeState =
  | { readonly kind: "unknown" }
  | { readonly kind: "connected"; readonly socket: string; readonly name: string; readonly version: string }
  | { readonly kind: "waiting"; readonly sockets: readonly string[]; readonly message: string };

export interface Warning {
  readonly code: string;
  readonly message: string;
}

export interface RunRecord {
  readonly run: string;
  readonly node: string;
  /** Version of Larder, null where the stream's beginning is missing. */
  larder: string | null;
  parallel: number | null;
  timeoutMs: number | null;
  /** Time stamps of the first and of the latest event, in ms since 1970. */
  startedMs: number;
  latestMs: number;
  runtime: RuntimeState;
  /** By image, in the order of the list. */
  readonly images: Map<string, ImageRecord>;
  /** Images that were begun and are not finished, in the order in which they began. */
  readonly active: Set<ImageRecord>;
  readonly counts: Record<Standing, number>;
  /** Sum of the known sizes. */
  readonly bytes: { pulled: number; present: number };
  readonly warnings: Warning[];
  /** The node left the cluster; images that were not finished by then are no part of the run. */
  hasLeft: boolean;
  /** null: the run goes on, or its stream was cut. */
  finish: { readonly outcome: RunOutcome; readonly durationMs: number } | null;
}

/** Runs by run and node, in the order in which they appeared. */
export interface Runs {
  readonly byKey: Map<string, RunRecord>;
  /** Every text that nodes have in common, once: 5,000 nodes name the same 100 images, and each event that was read brings its own copy. */
  readonly texts: Map<string, string>;
  /** The same for the spellings of an image. */
  readonly names: Map<string, readonly string[]>;
}

export function emptyRuns(): Runs {
  return { byKey: new Map(), texts: new Map(), names: new Map() };
}

/** The one copy of a text that the records keep. */
export function sharedText(runs: Runs, text: string): string {
  const known = runs.texts.get(text);
  if (known !== undefined) return known;
  runs.texts.set(text, text);
  return text;
}

/** The one copy of a list of spellings that the records keep. */
export function sharedNames(runs: Runs, names: readonly string[]): readonly string[] {
  const key = names.join("\n");
  const known = runs.names.get(key);
  if (known !== undefined) return known;
  const shared = names.map((name) => sharedText(runs, name));
  runs.names.set(key, shared);
  return shared;
}

/** The record of one run on one node, if an event of it has been folded. */
export function findRun(runs: Runs, head: { readonly run: string; readonly node: string }): RunRecord | undefined {
  return runs.byKey.get(keyOf(head));
}

/** Finds the record, or begins one that knows nothing but its name and time. */
export function ensureRun(
  runs: Runs,
  head: { readonly run: string; readonly node: string },
  startedMs: number,
): RunRecord {
  const key = keyOf(head);
  const known = runs.byKey.get(key);
  if (known) return known;
  const record = newRun(head.run, head.node, startedMs);
  runs.byKey.set(key, record);
  return record;
}

/** A run's name should be its own, but two nodes that draw the same one must not become one run. */
function keyOf(head: { readonly run: string; readonly node: string }): string {
  return `${head.run}\n${head.node}`;
}

function newRun(run: string, node: string, startedMs: number): RunRecord {
  return {
    run,
    node,
    larder: null,
    parallel: null,
    timeoutMs: null,
    startedMs,
    latestMs: startedMs,
    runtime: { kind: "unknown" },
    images: new Map(),
    active: new Set(),
    counts: {
      waiting: 0,
      pulling: 0,
      tried: 0,
      delayed: 0,
      pulled: 0,
      present: 0,
      failed: 0,
      deadline: 0,
      interrupted: 0,
      halted: 0,
    },
    bytes: { pulled: 0, present: 0 },
    warnings: [],
    hasLeft: false,
    finish: null,
  };
}
