/**
 * The live display of many nodes, as a pure function from what is known to lines: an overall bar, the counts by state, the
 * failures that most nodes share, then the nodes: all of them where they are few, else those that are furthest behind. With
 * one node it is that node's own display. A frame costs a look at each node at most, never one at each image or event.
 */
import { type Fleet, isNode } from "#domain/run/fleet.ts";
import type { RunRecord } from "#domain/run/run-record.ts";
import { listRuns } from "#domain/run/selectors.ts";
import { slowestRuns } from "#domain/run/slowest.ts";
import { formatCount } from "../wording/count.ts";
import { cutMiddle, joinSpans, type Span, widthOf } from "./fit.ts";
import { countLines } from "./fleet-counts.ts";
import { type FrameWindow, frame } from "./frame.ts";
import { headerOfTotals } from "./header.ts";
import { shortName } from "./image-line.ts";
import { nodeLines } from "./node-lines.ts";

type SpanLine = readonly Span[];

/** Few enough to be read, and to be told apart while they move. */
const NODES_MAX = 12;
const FAILURES_MAX = 3;
/** Windows with fewer rows show the nodes rather than counts or failures. */
const ROWS_FOR_COUNTS = 6;
const ROWS_FOR_FAILURES = 10;
/** Narrower windows show which image fails rather than why. */
const COLUMNS_FOR_CAUSE = 60;

/** @returns at most `rows` lines of at most `columns` cells each; none for no nodes */
export function fleetFrame(fleet: Fleet, window: FrameWindow): string[] {
  const { columns, rows, nowMs, colour } = window;
  const { totals } = fleet;
  if (fleet.runs.byKey.size <= 1) return frame(fleet.runs, window);
  if (columns < 1 || rows < 1) return [];
  const whole = {
    images: totals.images,
    finished: totals.images - unfinishedOf(fleet),
    failed: totals.counts.failed,
    bytes: totals.bytes.pulled,
    startedMs: totals.startedMs,
  };
  const above: SpanLine[] = [headerOfTotals(formatCount(totals.nodes, "node"), whole, nowMs, columns)];
  if (rows >= ROWS_FOR_COUNTS) above.push(...countLines(totals, columns));
  if (rows >= ROWS_FOR_FAILURES) above.push(...failureLines(fleet, columns));
  const below = shownNodes(fleet, window, rows - above.length);
  return [...above, ...below].slice(0, rows).map((spans) => joinSpans(spans, columns, colour));
}

function unfinishedOf({ totals: { counts } }: Fleet): number {
  return counts.waiting + counts.pulling + counts.tried + counts.delayed;
}

/** What is the same on several nodes; a failure of one has its lasting line above. */
function failureLines({ troubles }: Fleet, columns: number): readonly SpanLine[] {
  const shared = [...troubles.values()].filter(({ kind, nodes }) => kind === "failed" && nodes.size > 1);
  const most = shared.toSorted((a, b) => b.nodes.size - a.nodes.size).slice(0, FAILURES_MAX);
  return most.map(({ image, cause, nodes }) => {
    const word = "  failed  ";
    const on = `${nodes.size} nodes: `;
    const why = columns < COLUMNS_FOR_CAUSE ? on : `${cause} on ${on}`;
    const name = cutMiddle(shortName(image ?? ""), Math.max(0, columns - widthOf(word) - widthOf(why)));
    return [{ text: word, tone: "bad" }, { text: `${why}${name}` }];
  });
}

function shownNodes(fleet: Fleet, { columns, nowMs }: FrameWindow, room: number): readonly SpanLine[] {
  const { totals, runs } = fleet;
  const known = totals.nodes + totals.left;
  if (known <= Math.min(NODES_MAX, room)) return nodeLines(listRuns(runs).filter(isNode), nowMs, columns);
  const underWay = totals.phases.waiting + totals.phases.pulling;
  const fits = underWay <= Math.min(NODES_MAX, room);
  const shown: readonly RunRecord[] = slowestRuns(runs, fits ? underWay : Math.min(NODES_MAX, room - 1));
  const lines = nodeLines(shown, nowMs, columns);
  const hidden = underWay - shown.length;
  if (hidden === 0 || room < 1) return lines;
  return [...lines, [{ text: `  and ${formatCount(hidden, "node")} more under way`, tone: "quiet" }]];
}
