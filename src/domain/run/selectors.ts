import type { ImageOutcome, RunOutcome } from "./event.ts";
import type { ImageRecord, RunRecord, Runs } from "./run-record.ts";

/** `unfinished`: the stream ends before it says what became of the image or of the run. */
export type KnownImageOutcome = ImageOutcome | "unfinished";
export type KnownRunOutcome = RunOutcome | "unfinished";

export function listRuns(runs: Runs): readonly RunRecord[] {
  return [...runs.byKey.values()];
}

export function outcomeOfRun(run: RunRecord): KnownRunOutcome {
  return run.finish?.outcome ?? "unfinished";
}

export function outcomeOfImage(image: ImageRecord): KnownImageOutcome {
  return image.state.kind === "finished" ? image.state.outcome : "unfinished";
}

/** In ms; for a run that is not finished, up to its latest event. A clock that was set back gives 0. */
export function durationOfRun(run: RunRecord): number {
  return run.finish?.durationMs ?? Math.max(0, run.latestMs - run.startedMs);
}

/** Images that the node has now: pulled in this run, or present before it. */
export function countStocked(run: RunRecord): number {
  return run.counts.pulled + run.counts.present;
}

/** Images whose outcome is known. */
export function countFinished(run: RunRecord): number {
  const { counts } = run;
  return countStocked(run) + counts.failed + counts.deadline + counts.interrupted + counts.halted;
}

/** The last failure that the runtime gave for an image, whether or not the image is finished. */
export function lastFailure(image: ImageRecord): ImageRecord["attempts"][number] | undefined {
  return image.attempts.findLast((attempt) => attempt.result === "failed");
}

/** Why images are not there, with the images in the order of the list. */
export interface Cause {
  /** `not-found` for images that failed, `deadline (rate-limited)` for others, `unfinished`. */
  readonly cause: string;
  readonly images: readonly string[];
}

/** Causes by the number of their images, most first; causes with as many stay in the order of the list. */
export function causesOf(run: RunRecord): readonly Cause[] {
  const byCause = new Map<string, string[]>();
  for (const image of run.images.values()) {
    const cause = causeOf(image);
    if (cause === undefined) continue;
    const images = byCause.get(cause);
    if (images) images.push(image.image);
    else byCause.set(cause, [image.image]);
  }
  const causes = [...byCause].map(([cause, images]) => ({ cause, images }));
  return causes.sort((a, b) => b.images.length - a.images.length);
}

/** Why an image is not there, as in `Cause`; undefined for one that is. */
export function causeOf(image: ImageRecord): string | undefined {
  const { state } = image;
  if (state.kind !== "finished") return "unfinished";
  const { outcome, class: failureClass } = state;
  if (outcome === "pulled" || outcome === "present") return undefined;
  if (outcome === "failed") return failureClass ?? outcome;
  return failureClass === null ? outcome : `${outcome} (${failureClass})`;
}
