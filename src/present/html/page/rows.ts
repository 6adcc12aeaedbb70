/** What the lists of images and nodes show. */
import { OUTCOMES, type PageData, UNKNOWN } from "../page-data.ts";
import type { Selection } from "./select.ts";

export interface ImageRow {
  /** Index in `texts`. */
  readonly image: number;
  /** How often each of OUTCOMES. */
  readonly outcomes: number[];
  /** Runs that should stock it. */
  runs: number;
  /** Of the pulls that worked, in ms, waiting included. */
  pulls: number;
  totalMs: number;
  longestMs: number;
  sizeBytes: number;
  /** Attempts beyond the first. */
  repeated: number;
}

/** In the order in which images first appear. */
export function imageRows(data: PageData, { places }: Selection): readonly ImageRow[] {
  const rows = new Map<number, ImageRow>();
  for (const [index, { images }] of data.runs.entries()) {
    for (const place of places[index] ?? []) {
      const row = ensureRow(rows, images.image[place] ?? UNKNOWN);
      const outcome = images.outcome[place] ?? UNKNOWN;
      const durationMs = images.durationMs[place] ?? 0;
      row.runs += 1;
      row.outcomes[outcome] = (row.outcomes[outcome] ?? 0) + 1;
      row.sizeBytes = Math.max(row.sizeBytes, images.sizeBytes[place] ?? UNKNOWN);
      row.repeated += Math.max(0, (images.attempts[place] ?? 0) - 1);
      if (OUTCOMES[outcome] !== "pulled") continue;
      row.pulls += 1;
      row.totalMs += durationMs;
      row.longestMs = Math.max(row.longestMs, durationMs);
    }
  }
  return [...rows.values()];
}

function ensureRow(rows: Map<number, ImageRow>, image: number): ImageRow {
  const known = rows.get(image);
  if (known) return known;
  const outcomes = OUTCOMES.map(() => 0);
  const row = { image, outcomes, runs: 0, pulls: 0, totalMs: 0, longestMs: 0, sizeBytes: UNKNOWN, repeated: 0 };
  rows.set(image, row);
  return row;
}

export interface NodeRow {
  /** Index in `runs`. */
  readonly run: number;
  readonly outcomes: readonly number[];
  readonly images: number;
  readonly durationMs: number;
}

/** Runs of which something is selected, in their order. */
export function nodeRows(data: PageData, { places }: Selection): readonly NodeRow[] {
  return data.runs.flatMap(({ images, durationMs }, run) => {
    const some = places[run] ?? [];
    if (some.length === 0) return [];
    const outcomes = OUTCOMES.map(() => 0);
    for (const place of some) {
      const outcome = images.outcome[place] ?? UNKNOWN;
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    }
    return [{ run, outcomes, images: some.length, durationMs }];
  });
}

/** Images that are on the node, of counts by OUTCOMES. */
export function stockedOf(outcomes: readonly number[]): number {
  return (outcomes[OUTCOMES.indexOf("pulled")] ?? 0) + (outcomes[OUTCOMES.indexOf("present")] ?? 0);
}
