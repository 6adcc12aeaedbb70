/**
 * Chooses what a run is shown with. Only the live display is loaded on demand: it is the only one with packages of its own,
 * and the agent on a node never has a terminal.
 */
import type { Clock } from "#ports/clock.ts";
import type { TextSink } from "#ports/terminal.ts";
import { jsonPresenter } from "./json/presenter.ts";
import { ndjsonPresenter } from "./ndjson/presenter.ts";
import type { Presenter } from "./presenter.ts";
import { textPresenter } from "./text/presenter.ts";

export type OutputFormat = "text" | "json" | "ndjson";

export interface OutputOptions {
  /** Text only: failures, warnings and the summary. @default false */
  readonly quiet?: boolean;
  /** Text only. @default false */
  readonly colour?: boolean;
  /** Text only: whether the sink is a terminal that can move its cursor (a terminal called `dumb` cannot). @default false */
  readonly live?: boolean;
  /** Text only: whether the events are those of many nodes, which are then told by what they have in common. @default false */
  readonly manyNodes?: boolean;
}

export async function openPresenter(
  format: OutputFormat,
  sink: TextSink,
  clock: Clock,
  options: OutputOptions = {},
): Promise<Presenter> {
  switch (format) {
    case "json":
      return jsonPresenter(sink);
    case "ndjson":
      return ndjsonPresenter(sink);
    case "text":
      return openText(sink, clock, options);
  }
}

async function openText(sink: TextSink, clock: Clock, options: OutputOptions): Promise<Presenter> {
  if (options.live === true && options.quiet !== true) {
    const { terminalPresenter } = await import("./terminal/presenter.ts");
    return terminalPresenter(sink, clock, options);
  }
  if (options.manyNodes !== true) return textPresenter(sink, options);
  const { fleetTextPresenter } = await import("./fleet/text-presenter.ts");
  return fleetTextPresenter(sink, options);
}
