/**
 * What became of a run, as one object for programs. Everything is there even if it is empty or unknown (`null`), so that
 * a reader needs no second way; keys are added in later versions, never changed.
 */

import type { FailureClass } from "#domain/failure/failure-class.ts";
import type { ImageOutcome } from "#domain/run/event.ts";
import { type ExitCode, exitCodeOf } from "#domain/run/exit-code.ts";
import type { AttemptRecord, ImageRecord, RunRecord, Warning } from "#domain/run/run-record.ts";
import {
  countStocked,
  durationOfRun,
  type KnownImageOutcome,
  type KnownRunOutcome,
  outcomeOfImage,
  outcomeOfRun,
} from "#domain/run/selectors.ts";

const RESULT_SCHEMA = "larder.dev/result/v1";

export interface RunResult {
  readonly schema: typeof RESULT_SCHEMA;
  readonly run: string;
  readonly node: string;
  /** `unfinished`: the stream ends before the run does. */
  readonly outcome: KnownRunOutcome;
  /** What the command ends with, `--exit-zero` aside; null for an unfinished run. */
  readonly exitCode: ExitCode | null;
  /** Version of Larder. */
  readonly larder: string | null;
  /** RFC 3339 in UTC with milliseconds. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly runtime: { readonly name: string; readonly version: string; readonly socket: string } | null;
  readonly counts: {
    readonly images: number;
    /** `pulled` and `present` together. */
    readonly stocked: number;
  } & Readonly<Record<ImageOutcome | "unfinished", number>>;
  /** Sum of the sizes that the runtime told. */
  readonly pulledBytes: number;
  /** In the order of the list. */
  readonly images: readonly ImageResult[];
  readonly warnings: readonly Warning[];
}

interface ImageResult {
  readonly image: string;
  /** All spellings under which it was listed, the first is also `image`. */
  readonly names: readonly string[];
  readonly outcome: KnownImageOutcome;
  /** Number of attempts. */
  readonly attempts: number;
  /** From the first look at the image to its outcome, waiting included; null without an outcome. */
  readonly durationMs: number | null;
  readonly sizeBytes: number | null;
  /** Where the credential of the last attempt comes from; null: it carried none, or there was no attempt. */
  readonly credential: string | null;
  readonly class: FailureClass | null;
  /** The runtime's own words. */
  readonly message: string | null;
  readonly advice: string | null;
}

export function resultOf(run: RunRecord): RunResult {
  const outcome = outcomeOfRun(run);
  return {
    schema: RESULT_SCHEMA,
    run: run.run,
    node: run.node,
    outcome,
    exitCode: outcome === "unfinished" ? null : exitCodeOf(outcome),
    larder: run.larder,
    startedAt: new Date(run.startedMs).toISOString(),
    durationMs: durationOfRun(run),
    runtime: runtimeOf(run),
    counts: countsOf(run),
    pulledBytes: run.bytes.pulled,
    images: [...run.images.values()].map(imageResultOf),
    warnings: run.warnings,
  };
}

function runtimeOf({ runtime }: RunRecord): RunResult["runtime"] {
  if (runtime.kind !== "connected") return null;
  return { name: runtime.name, version: runtime.version, socket: runtime.socket };
}

function countsOf(run: RunRecord): RunResult["counts"] {
  const { waiting, pulling, tried, delayed, ...outcomes } = run.counts;
  return {
    images: run.images.size,
    stocked: countStocked(run),
    ...outcomes,
    unfinished: waiting + pulling + tried + delayed,
  };
}

function imageResultOf(image: ImageRecord): ImageResult {
  const { state } = image;
  const last = image.attempts.at(-1);
  const finish = state.kind === "finished" ? state : undefined;
  const failure = finish ?? lastWords(last);
  return {
    image: image.image,
    names: image.names,
    outcome: outcomeOfImage(image),
    attempts: finish?.attempts ?? image.attempts.length,
    durationMs: finish?.durationMs ?? null,
    sizeBytes: image.sizeBytes,
    credential: last?.credential ?? null,
    class: failure.class,
    message: failure.message,
    advice: finish?.advice ?? null,
  };
}

function lastWords(attempt: AttemptRecord | undefined): Pick<ImageResult, "class" | "message"> {
  return { class: attempt?.class ?? null, message: attempt?.message ?? null };
}
