/**
 * The live display on a real terminal. It redraws one frame in place, at most ten times a second and only while time
 * passes on the given clock; failures and warnings become lasting lines above it; at the end the frame goes and the
 * summary stays. The cursor is never hidden, so nothing needs repair if the process is killed.
 */
import type { Clock } from "#ports/clock.ts";
import type { TextSink } from "#ports/terminal.ts";
import type { Presenter } from "../presenter.ts";
import { formatLine } from "../text/line.ts";
import { fleetView } from "./fleet-view.ts";
import { Screen } from "./screen.ts";
import { runView } from "./view.ts";

export interface TerminalOptions {
  /** @default false */
  readonly colour?: boolean;
  /** Whether the events are those of many nodes. @default false */
  readonly manyNodes?: boolean;
}

const REDRAW_MS = 100;
const SIZE_UNKNOWN = { columns: 80, rows: 24 };

/** Takes events of any number of runs. Between the first event and `end` it wakes by `clock`. */
export function terminalPresenter(sink: TextSink, clock: Clock, options: TerminalOptions = {}): Presenter {
  const { colour = false, manyNodes = false } = options;
  const view = manyNodes ? fleetView() : runView();
  const screen = new Screen(sink);
  const ended = new AbortController();
  let isFirst = true;
  let lasting: string[] = [];
  const draw = (): void => {
    const size = sizeOf(sink);
    screen.show(size, lasting, view.frame({ ...size, rows: size.rows - 1, nowMs: clock.now(), colour }));
    lasting = [];
  };
  const redraw = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      draw();
      await clock.sleep(REDRAW_MS, ended.signal);
    }
  };
  return {
    takes: "events",
    event(event) {
      lasting.push(...view.event(event).map((line) => formatLine(line, colour)));
      if (isFirst) void redraw();
      isFirst = false;
    },
    end() {
      ended.abort();
      const summary = view.summary().map((line) => formatLine(line, colour));
      screen.show(sizeOf(sink), [...lasting, ...summary], []);
    },
  };
}

/** Some pseudo terminals say 0 x 0 when they do not know. */
function sizeOf(sink: TextSink): { readonly columns: number; readonly rows: number } {
  const size = sink.size();
  return size && size.columns > 0 && size.rows > 0 ? size : SIZE_UNKNOWN;
}
