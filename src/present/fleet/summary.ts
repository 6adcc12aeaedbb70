/**
 * What became of many nodes, in a few lines: how many have all their images, how long it took, and why the others have
 * not, grouped so that it stays readable with thousands of them.
 */
import { type Fleet, type FleetTotals, isNode } from "#domain/run/fleet.ts";
import type { RunRecord } from "#domain/run/run-record.ts";
import { countStocked, durationOfRun, listRuns, outcomeOfRun } from "#domain/run/selectors.ts";
import { adviceOf, namedNodes, whatIsLacking } from "../groups/group-text.ts";
import { groupLacks, type LackGroup } from "../groups/lacks.ts";
import type { Line } from "../text/line.ts";
import { formatCount } from "../wording/count.ts";
import { formatDuration } from "../wording/duration.ts";
import { firstNames } from "../wording/names.ts";
import { runOutcomeWords } from "../wording/run-outcome.ts";
import { formatSize } from "../wording/size.ts";
import type { Tone } from "../wording/tone.ts";
import { lacksOfRuns } from "./run-lacks.ts";

/** Groups that are written out; more are counted. */
const GROUPS_MAX = 20;
/** From this number of nodes on it is worth saying which were slow. */
const SLOWEST_FROM = 10;
const SLOWEST_NAMED = 3;

export function linesOfFleet(fleet: Fleet): readonly Line[] {
  const runs = listRuns(fleet.runs).filter(isNode);
  if (runs.length === 0) return [{ word: "summary", tone: "odd", text: "no node was seen" }];
  const staying = runs.filter((run) => !run.hasLeft);
  const stocked = staying.filter(isStocked);
  const others = staying.filter((run) => !isStocked(run));
  const tone: Tone = others.length === 0 ? "good" : "bad";
  return [
    { word: "summary", tone, text: wholeOf(fleet.totals, runs, stocked.length) },
    ...(stocked.length > 0 ? [{ word: "summary", tone: "good", text: allImagesOf(stocked) } as const] : []),
    ...silentLines(others),
    ...groupLines(groupLacks(lacksOfRuns(others))),
    ...leftLine(runs),
    ...slowestLine(stocked),
  ];
}

function isStocked(run: RunRecord): boolean {
  return outcomeOfRun(run) === "stocked";
}

function wholeOf(totals: FleetTotals, runs: readonly RunRecord[], stocked: number): string {
  const { counts, bytes } = totals;
  const good = counts.pulled + counts.present;
  const nodes = `${stocked} of ${formatCount(totals.nodes, "node")} stocked`;
  const ended = runs.reduce((latest, run) => Math.max(latest, run.startedMs + durationOfRun(run)), totals.startedMs);
  const parts = [
    counts.pulled > 0 && `${counts.pulled} pulled${bytes.pulled > 0 ? ` with ${formatSize(bytes.pulled)}` : ""}`,
    counts.present > 0 && `${counts.present} present`,
    counts.failed > 0 && `${counts.failed} failed`,
  ].filter((part) => part !== false);
  const how = parts.length > 0 ? ` (${parts.join(", ")})` : "";
  return `${nodes} after ${formatDuration(ended - totals.startedMs)}: ${good} of ${formatCount(totals.images, "image")}${how}`;
}

/** Nodes of different platforms have lists of different lengths. */
function allImagesOf(stocked: readonly RunRecord[]): string {
  const sizes = stocked.map(countStocked);
  const [min, max] = [sizes.reduce((a, b) => Math.min(a, b)), sizes.reduce((a, b) => Math.max(a, b))];
  const images = min === max ? `all ${formatCount(max, "image")}` : `all of their ${min} to ${max} images`;
  return `${formatCount(stocked.length, "node")}: ${images}`;
}

/** Nodes that named no image give no reason of their own but how they ended. */
function silentLines(others: readonly RunRecord[]): readonly Line[] {
  const byEnd = new Map<string, string[]>();
  for (const run of others) {
    if (countStocked(run) < run.images.size) continue;
    const words = runOutcomeWords[outcomeOfRun(run)];
    byEnd.set(words, [...(byEnd.get(words) ?? []), run.node]);
  }
  return [...byEnd].map(([words, nodes]) => ({ word: "summary", tone: "bad", text: `${namedNodes(nodes)}: ${words}` }));
}

function groupLines(groups: readonly LackGroup[]): readonly Line[] {
  const lines = groups.slice(0, GROUPS_MAX).map((group): Line => {
    const text = `${namedNodes(group.nodes)}: ${whatIsLacking(group)}${adviceOf(group)}`;
    return { word: "summary", tone: "bad", text };
  });
  const rest = groups.length - GROUPS_MAX;
  const more: Line = { word: "summary", tone: "bad", text: `and ${formatCount(rest, "other cause")}` };
  return rest > 0 ? [...lines, more] : lines;
}

function leftLine(runs: readonly RunRecord[]): readonly Line[] {
  const left = runs.filter((run) => run.hasLeft).map(({ node }) => node);
  return left.length === 0 ? [] : [{ word: "summary", tone: "odd", text: `${namedNodes(left)}: left before the end` }];
}

function slowestLine(stocked: readonly RunRecord[]): readonly Line[] {
  if (stocked.length < SLOWEST_FROM) return [];
  const sorted = stocked.toSorted((a, b) => durationOfRun(a) - durationOfRun(b));
  const at = (index: number): string => {
    const run = sorted.at(index);
    return formatDuration(run ? durationOfRun(run) : 0);
  };
  const slowest = sorted.slice(-SLOWEST_NAMED).map(({ node }) => node);
  const names = firstNames(slowest.toReversed(), SLOWEST_NAMED);
  const half = at(Math.ceil(sorted.length / 2) - 1);
  return [
    {
      word: "summary",
      tone: "plain",
      text: `took ${at(0)} to ${at(-1)}, half of the nodes ${half} at most; slowest: ${names}`,
    },
  ];
}
