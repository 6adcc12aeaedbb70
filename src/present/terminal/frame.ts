/**
 * The live display, as a pure function from what is known to lines: an overall bar, then one line for each image that
 * is being pulled, then those that wait for another attempt. What does not fit is counted. Failures and warnings are
 * not here: they stay on the screen above, since nobody should have to catch them in time.
 */
import type { ImageRecord, RunRecord, Runs } from "#domain/run/run-record.ts";
import { listRuns } from "#domain/run/selectors.ts";
import { printable } from "../wording/printable.ts";
import { joinSpans, type Span } from "./fit.ts";
import { headerOf } from "./header.ts";
import { imageLine } from "./image-line.ts";

export interface FrameWindow {
  /** Cells; any size is served, 1 x 1 too. */
  readonly columns: number;
  readonly rows: number;
  /** The time of the drawing, on the clock that stamped the events. */
  readonly nowMs: number;
  readonly colour: boolean;
}

/** Delayed images that are named; they only wait, and a throttled registry can delay hundreds. */
const DELAYED_MAX = 4;

/** @returns at most `rows` lines of at most `columns` cells each; none for no runs */
export function frame(runs: Runs, window: FrameWindow): string[] {
  const { columns, rows, nowMs, colour } = window;
  const all = listRuns(runs);
  if (all.length === 0 || columns < 1) return [];
  const above = [headerOf(all, nowMs, columns), ...all.flatMap(waitLine)].slice(0, Math.max(0, rows));
  const below = activeLines(all, nowMs, columns, rows - above.length);
  return [...above, ...below].map((spans) => joinSpans(spans, columns, colour));
}

/** One line while a run waits for its runtime. */
function waitLine(run: RunRecord): readonly (readonly Span[])[] {
  if (run.runtime.kind !== "waiting" || run.finish !== null) return [];
  const text = `  waiting for the container runtime: ${printable(run.runtime.message)}`;
  return [[{ text, tone: "odd" }]];
}

function activeLines(
  runs: readonly RunRecord[],
  nowMs: number,
  columns: number,
  room: number,
): readonly (readonly Span[])[] {
  const active = runs.flatMap((run) => [...run.active]);
  const delayed = active.filter(isDelayed);
  const pulling = active.filter((image) => !isDelayed(image));
  const named = [...pulling, ...delayed.slice(0, DELAYED_MAX)];
  const fits = named.length === active.length && named.length <= room;
  const shown = fits ? named : named.slice(0, Math.max(0, room - 1));
  const lines = shown.map((image) => imageLine(image, nowMs, columns));
  if (fits || room < 1) return lines;
  const hidden = active.length - shown.length;
  const rest: Span = { text: `  and ${hidden} more under way`, tone: "quiet" };
  return [...lines, [rest]];
}

function isDelayed(image: ImageRecord): boolean {
  return image.state.kind === "delayed";
}
