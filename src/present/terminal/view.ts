import type { LarderEvent } from "#domain/run/event.ts";
import { foldEvent } from "#domain/run/fold.ts";
import { emptyRuns, findRun } from "#domain/run/run-record.ts";
import { listRuns } from "#domain/run/selectors.ts";
import { linesOfEvent } from "../text/event-lines.ts";
import { isLoud, type Line } from "../text/line.ts";
import { linesOfSummary } from "../text/summary.ts";
import { type FrameWindow, frame } from "./frame.ts";

/** What a live display shows of the events that it was given. */
export interface View {
  /** Takes one event. @returns lines that shall stay on the screen */
  event(event: LarderEvent): readonly Line[];
  /** What is drawn now, at most as large as the window. */
  frame(window: FrameWindow): string[];
  /** What stays at the end. */
  summary(): readonly Line[];
}

/** For the run of one node: the images that it pulls. */
export function runView(): View {
  const runs = emptyRuns();
  return {
    event(event) {
      const lines = linesOfEvent(event, findRun(runs, event)).filter(isLoud);
      foldEvent(runs, event);
      return lines;
    },
    frame: (window) => frame(runs, window),
    summary: () => listRuns(runs).flatMap(linesOfSummary),
  };
}
