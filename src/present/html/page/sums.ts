import { OUTCOMES, type PageData, RESULTS, UNKNOWN } from "../page-data.ts";

/** What the top of the page says of all runs. */
export interface Sums {
  readonly images: number;
  /** How often each of OUTCOMES. */
  readonly outcomes: readonly number[];
  readonly nodes: readonly string[];
  /** Of Larder, without repetition. */
  readonly versions: readonly string[];
  /** Runs with the outcome `stocked`. */
  readonly stockedRuns: number;
  readonly pulledBytes: number;
  readonly attempts: number;
  readonly failedAttempts: number;
  /** Failed attempts of images that were pulled in the end. */
  readonly madeUpFor: number;
  readonly startedMs: number;
  readonly longestMs: number;
  /** Node of the longest run. */
  readonly slowest: string | undefined;
}

export function sumsOf({ runs }: PageData): Sums {
  const outcomes = OUTCOMES.map(() => 0);
  const pulled = OUTCOMES.indexOf("pulled");
  const failed = RESULTS.indexOf("failed");
  let [images, pulledBytes, attempts, failedAttempts, madeUpFor] = [0, 0, 0, 0, 0];
  for (const run of runs) {
    images += run.images.image.length;
    for (const [place, outcome] of run.images.outcome.entries()) {
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      if (outcome === pulled) pulledBytes += Math.max(0, run.images.sizeBytes[place] ?? 0);
    }
    attempts += run.attempts.result.length;
    for (const [index, result] of run.attempts.result.entries()) {
      if (result !== failed) continue;
      failedAttempts += 1;
      if (run.images.outcome[run.attempts.image[index] ?? UNKNOWN] === pulled) madeUpFor += 1;
    }
  }
  const longestMs = runs.reduce((most, { durationMs }) => Math.max(most, durationMs), 0);
  return {
    images,
    outcomes,
    nodes: [...new Set(runs.map(({ node }) => node))],
    versions: [...new Set(runs.flatMap(({ larder }) => larder ?? []))],
    stockedRuns: runs.filter(({ outcome }) => outcome === "stocked").length,
    pulledBytes,
    attempts,
    failedAttempts,
    madeUpFor,
    startedMs: runs.reduce((least, { startedMs }) => Math.min(least, startedMs), Number.POSITIVE_INFINITY),
    longestMs,
    slowest: runs.find(({ durationMs }) => durationMs === longestMs)?.node,
  };
}
