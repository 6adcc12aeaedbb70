/**
 * Plain output, for pipes and logs: one line for each event that a person cares about, and a summary at the end. Lines
 * carry no time stamps (logs have their own, and the same run gives the same text) and no cursor movements.
 */
import { foldEvent } from "#domain/run/fold.ts";
import { emptyRuns, findRun } from "#domain/run/run-record.ts";
import { listRuns } from "#domain/run/selectors.ts";
import type { TextSink } from "#ports/terminal.ts";
import type { Presenter } from "../presenter.ts";
import { linesOfEvent } from "./event-lines.ts";
import { formatLine, isLoud, type Line } from "./line.ts";
import { linesOfSummary } from "./summary.ts";

export interface TextOptions {
  /** Only failures, warnings and the summary. @default false */
  readonly quiet?: boolean;
  /** Colour the first word of a line. Whether the sink can, and whether anybody minds, is the caller's to know. @default false */
  readonly colour?: boolean;
}

/** Takes events of any number of runs; each run is summed up when it finishes, and one that does not when the stream ends. */
export function textPresenter(sink: Pick<TextSink, "write">, options: TextOptions = {}): Presenter {
  const { quiet = false, colour = false } = options;
  const runs = emptyRuns();
  const print = (lines: readonly Line[]): void => {
    for (const line of lines) if (!quiet || isLoud(line)) sink.write(`${formatLine(line, colour)}\n`);
  };
  return {
    takes: "events",
    event(event) {
      print(linesOfEvent(event, findRun(runs, event)));
      const run = foldEvent(runs, event);
      if (event.kind === "run-finished") print(linesOfSummary(run));
    },
    end() {
      for (const run of listRuns(runs)) if (run.finish === null) print(linesOfSummary(run));
    },
  };
}
