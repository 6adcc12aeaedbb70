import type { RunRecord, Runs } from "./run-record.ts";
import { countFinished } from "./selectors.ts";

/**
 * Runs that are not finished, those that are furthest behind first: by the share of their images whose outcome is known,
 * then by how long they have been at the image that they began first. One pass, however many runs there are.
 * @param count how many are wanted
 */
export function slowestRuns(runs: Runs, count: number): readonly RunRecord[] {
  const found: Ranked[] = [];
  if (count < 1) return [];
  for (const run of runs.byKey.values()) {
    if (run.finish !== null) continue;
    const last = found.at(-1);
    const share = run.images.size === 0 ? 0 : countFinished(run) / run.images.size;
    if (found.length >= count && last && share > last.share) continue;
    insert(found, { run, share, sinceMs: busySince(run) }, count);
  }
  return found.map(({ run }) => run);
}

interface Ranked {
  readonly run: RunRecord;
  readonly share: number;
  readonly sinceMs: number;
}

function insert(found: Ranked[], ranked: Ranked, count: number): void {
  const place = found.findLastIndex((other) => !isBehind(ranked, other)) + 1;
  if (place >= count) return;
  found.splice(place, 0, ranked);
  if (found.length > count) found.pop();
}

function isBehind(a: Ranked, b: Ranked): boolean {
  return a.share < b.share || (a.share === b.share && a.sinceMs < b.sinceMs);
}

/** When the run began what it has been at for the longest time. */
function busySince(run: RunRecord): number {
  for (const image of run.active) return image.attempts[0]?.startedMs ?? run.startedMs;
  return run.startedMs;
}
