/** Where the bars of the timeline stand. Times are in ms, widths in shares of the whole. */
import { OUTCOMES, type PageData, RESULTS, type RunData, UNKNOWN } from "../page-data.ts";
import type { Selection } from "./select.ts";

export interface Bar {
  /** Index in RunData.attempts. */
  readonly attempt: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly look: BarLook;
  /** Bars of one run that overlap stand in different lanes, counted from 0. */
  readonly lane: number;
}

/** `retried`: it failed, and the image came with a later attempt. */
export type BarLook = "succeeded" | "retried" | "failed" | "running";

/**
 * The attempts at some images of a run, in the order in which they started.
 * @param places places of the images
 */
export function barsOf({ images, attempts, durationMs }: RunData, places: readonly number[]): readonly Bar[] {
  const wanted = new Set(places);
  const found = [...attempts.image.keys()]
    .filter((index) => wanted.has(attempts.image[index] ?? UNKNOWN))
    .toSorted((a, b) => (attempts.startMs[a] ?? 0) - (attempts.startMs[b] ?? 0));
  const laneEnds: number[] = [];
  return found.map((attempt) => {
    const startMs = attempts.startMs[attempt] ?? 0;
    const known = attempts.durationMs[attempt] ?? UNKNOWN;
    const endMs = known === UNKNOWN ? Math.max(startMs, durationMs) : startMs + known;
    const free = laneEnds.findIndex((end) => end <= startMs);
    const lane = free === -1 ? laneEnds.length : free;
    laneEnds[lane] = endMs;
    const outcome = OUTCOMES[images.outcome[attempts.image[attempt] ?? UNKNOWN] ?? UNKNOWN];
    return { attempt, startMs, endMs, lane, look: lookOf(attempts.result[attempt], outcome === "pulled") };
  });
}

function lookOf(result: number | undefined, isPulled: boolean): BarLook {
  const known = RESULTS[result ?? UNKNOWN] ?? "running";
  return known === "failed" && isPulled ? "retried" : known;
}

/** `clock`: as it was; `start`: as if all runs had started together, for runs of different days. */
export type Alignment = "clock" | "start";

export interface Span {
  readonly alignment: Alignment;
  readonly startMs: number;
  readonly lengthMs: number;
}

/** Runs are shown by the clock if they are so close to each other that bars can still be seen. */
export function usualAlignment({ runs }: PageData): Alignment {
  const longest = runs.reduce((most, { durationMs }) => Math.max(most, durationMs), 0);
  return spanOf(runs, "clock").lengthMs <= 4 * longest ? "clock" : "start";
}

export function spanOf(runs: readonly RunData[], alignment: Alignment): Span {
  const first = runs.reduce((least, { startedMs }) => Math.min(least, startedMs), Number.POSITIVE_INFINITY);
  const startMs = alignment === "clock" && runs.length > 0 ? first : 0;
  const lengthMs = runs.reduce(
    (most, run) => Math.max(most, offsetOf(run, { alignment, startMs }) + run.durationMs),
    1,
  );
  return { alignment, startMs, lengthMs };
}

/** When a run started, in ms after the beginning of the span. */
export function offsetOf({ startedMs }: RunData, { alignment, startMs }: Pick<Span, "alignment" | "startMs">): number {
  return alignment === "clock" ? startedMs - startMs : 0;
}

const STEPS_MS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000];
const LONGER_STEPS_MS = [1, 2, 5, 10, 15, 30, 60, 120, 360, 720, 1_440].map((minutes) => minutes * 60_000);

/** Round moments of a span, at most `most` of them after 0. */
export function ticksOf(lengthMs: number, most: number): readonly number[] {
  const fits = (step: number): boolean => lengthMs / step <= most;
  const step = [...STEPS_MS, ...LONGER_STEPS_MS].find(fits) ?? Math.ceil(lengthMs / most / 86_400_000) * 86_400_000;
  return Array.from({ length: Math.floor(lengthMs / step) + 1 }, (_, index) => index * step);
}

/** How many pulls ran at a time, on average over each of some equal parts of a span, by what came of them. */
export interface Load {
  readonly good: readonly number[];
  readonly bad: readonly number[];
  readonly most: number;
}

export function loadOf({ runs }: PageData, { places }: Selection, span: Span, parts: number): Load {
  const good = Array.from({ length: parts }, () => 0);
  const bad = Array.from({ length: parts }, () => 0);
  for (const [index, run] of runs.entries()) {
    const some = places[index] ?? [];
    const wanted = some.length === run.images.image.length ? undefined : new Set(some);
    const { attempts } = run;
    const offset = offsetOf(run, span);
    for (const [attempt, place] of attempts.image.entries()) {
      if (wanted && !wanted.has(place)) continue;
      const startMs = attempts.startMs[attempt] ?? 0;
      const known = attempts.durationMs[attempt] ?? UNKNOWN;
      const endMs = known === UNKNOWN ? run.durationMs : startMs + known;
      const counts = RESULTS[attempts.result[attempt] ?? UNKNOWN] === "failed" ? bad : good;
      addLoad(counts, (offset + startMs) / span.lengthMs, (offset + endMs) / span.lengthMs);
    }
  }
  const most = good.reduce((peak, count, part) => Math.max(peak, count + (bad[part] ?? 0)), 0);
  return { good, bad, most };
}

/** Adds one pull to each part by how much of it the pull takes. Start and end are shares of the whole. */
function addLoad(counts: number[], start: number, end: number): void {
  const parts = counts.length;
  const from = Math.max(0, start * parts);
  const to = Math.min(parts, end * parts);
  for (let part = Math.floor(from); part < to; part++) {
    counts[part] = (counts[part] ?? 0) + Math.min(to, part + 1) - Math.max(from, part);
  }
}
