import type { RunRecord, Standing } from "#domain/run/run-record.ts";
import { causesOf, countStocked, durationOfRun, outcomeOfRun } from "#domain/run/selectors.ts";
import { formatCount } from "../wording/count.ts";
import { formatDuration } from "../wording/duration.ts";
import { printable } from "../wording/printable.ts";
import { runOutcomeWords } from "../wording/run-outcome.ts";
import { formatSize } from "../wording/size.ts";
import type { Tone } from "../wording/tone.ts";
import type { Line } from "./line.ts";

/** Images that are named for one cause; a summary is read at a glance, and each image has had a line of its own. */
const NAMED_MAX = 5;

/** What became of a run: how many images are there, how long it took, and what keeps the others away. */
export function linesOfSummary(run: RunRecord): readonly Line[] {
  const outcome = outcomeOfRun(run);
  const tone: Tone = outcome === "stocked" ? "good" : "bad";
  const stocked = `${countStocked(run)} of ${formatCount(run.images.size, "image")}`;
  const took = formatDuration(durationOfRun(run));
  const counts = countedStandings(run);
  const text = `${runOutcomeWords[outcome]}: ${stocked} on ${printable(run.node)} after ${took}${counts && ` (${counts})`}`;
  const causes = causesOf(run).map(({ cause, images }): Line => {
    const named = images.slice(0, NAMED_MAX).map(printable).join(", ");
    const more = images.length > NAMED_MAX ? ` and ${images.length - NAMED_MAX} more` : "";
    return { word: "summary", tone, text: `${images.length} ${printable(cause)}: ${named}${more}` };
  });
  return [{ word: "summary", tone, text }, ...causes];
}

const standings: readonly (readonly [Standing, string])[] = [
  ["pulled", "pulled"],
  ["present", "present"],
  ["failed", "failed"],
  ["deadline", "not done at the deadline"],
  ["interrupted", "interrupted"],
  ["halted", "not started any more"],
];

function countedStandings(run: RunRecord): string {
  return standings
    .filter(([standing]) => run.counts[standing] > 0)
    .map(([standing, words]) => {
      const size = standing === "pulled" && run.bytes.pulled > 0 ? ` with ${formatSize(run.bytes.pulled)}` : "";
      return `${run.counts[standing]} ${words}${size}`;
    })
    .join(", ");
}
