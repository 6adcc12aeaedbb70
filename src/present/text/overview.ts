import type { RunRecord } from "#domain/run/run-record.ts";
import { countStocked, outcomeOfRun } from "#domain/run/selectors.ts";
import { formatCount } from "../wording/count.ts";
import { formatSize } from "../wording/size.ts";
import { formatLine, type Line } from "./line.ts";
import { linesOfSummary } from "./summary.ts";

/** Runs that are summed up one by one; of more, only those that did not stock everything, and not more than this. */
const SINGLE_RUNS_MAX = 20;

/** What became of any number of runs, as text for people: all of them in a line if there are several, then each. */
export function* overviewOf(runs: readonly RunRecord[], colour: boolean): Generator<string> {
  for (const line of linesOfRuns(runs)) yield `${formatLine(line, colour)}\n`;
}

function* linesOfRuns(runs: readonly RunRecord[]): Generator<Line> {
  if (runs.length === 0) yield { word: "summary", text: "the stream holds no event" };
  if (runs.length > 1) yield lineOfAll(runs);
  const shown = runs.length <= SINGLE_RUNS_MAX ? runs : runs.filter((run) => outcomeOfRun(run) !== "stocked");
  for (const run of shown.slice(0, SINGLE_RUNS_MAX)) yield* linesOfSummary(run);
  const left = shown.length - SINGLE_RUNS_MAX;
  if (left > 0)
    yield { word: "summary", tone: "bad", text: `and ${formatCount(left, "run")} more that did not stock all` };
}

function lineOfAll(runs: readonly RunRecord[]): Line {
  const sum = (amount: (run: RunRecord) => number): number => runs.reduce((total, run) => total + amount(run), 0);
  const stocked = runs.filter((run) => outcomeOfRun(run) === "stocked").length;
  const images = `${sum(countStocked)} of ${formatCount(
    sum((run) => run.images.size),
    "image",
  )}`;
  const nodes = formatCount(new Set(runs.map(({ node }) => node)).size, "node");
  const bytes = sum((run) => run.bytes.pulled);
  const pulled = `${sum((run) => run.counts.pulled)} pulled${bytes > 0 ? ` with ${formatSize(bytes)}` : ""}`;
  const counts = [pulled, `${sum((run) => run.counts.present)} present`].join(", ");
  return {
    word: "summary",
    tone: stocked === runs.length ? "good" : "bad",
    text: `${stocked} of ${formatCount(runs.length, "run")} stocked everything: ${images} on ${nodes} (${counts})`,
  };
}
