/**
 * Plain output for many nodes at once. What one node does is of interest to nobody while 500 do the same, so a line tells
 * that a node is done, that something went wrong for the first time (and again when ten times as many nodes have it), or
 * how far the whole is; the summary then groups nodes by what became of them. As for one node, lines carry no time stamps,
 * and a saved stream gives the same text again.
 */
import type { LarderEvent } from "#domain/run/event.ts";
import { emptyFleet, type Fleet, foldFleetEvent } from "#domain/run/fleet.ts";
import { findRun } from "#domain/run/run-record.ts";
import type { TextSink } from "#ports/terminal.ts";
import type { Presenter } from "../presenter.ts";
import { formatLine, isLoud, type Line } from "../text/line.ts";
import type { TextOptions } from "../text/presenter.ts";
import { formatCount } from "../wording/count.ts";
import { formatDuration } from "../wording/duration.ts";
import { printable } from "../wording/printable.ts";
import { lineOfNode } from "./node-line.ts";
import { linesOfFleet } from "./summary.ts";
import { lineOfTrouble } from "./trouble-line.ts";

/** Nodes that are told one by one when they are done; of more, the progress tells the number. */
const NODES_TOLD_MAX = 100;
/** Between two lines of progress, by the time stamps of the events. */
const PROGRESS_EVERY_MS = 30_000;

/** Takes the events of one run on any number of nodes, interleaved. All are summed up when the stream ends. */
export function fleetTextPresenter(sink: Pick<TextSink, "write">, options: TextOptions = {}): Presenter {
  const { quiet = false, colour = false } = options;
  const fleet = emptyFleet();
  const told: Told = { nodes: 0, progressMs: null };
  const print = (lines: readonly Line[]): void => {
    for (const line of lines) if (!quiet || isLoud(line)) sink.write(`${formatLine(line, colour)}\n`);
  };
  return {
    takes: "events",
    event(event) {
      print(linesOfFleetEvent(event, fleet, told));
    },
    end() {
      if (fleet.runs.byKey.size > 0) print(linesOfFleet(fleet));
    },
  };
}

interface Told {
  nodes: number;
  /** When progress was told last, or the first event came. */
  progressMs: number | null;
}

function linesOfFleetEvent(event: LarderEvent, fleet: Fleet, told: Told): readonly Line[] {
  const isFirst = fleet.totals.nodes + fleet.totals.left === 0;
  const wasDone = (findRun(fleet.runs, event)?.finish ?? null) !== null;
  const trouble = foldFleetEvent(fleet, event);
  const lines = [
    isFirst ? startLine(event) : undefined,
    progressLine(event, fleet, told),
    trouble && lineOfTrouble(trouble),
    wasDone ? undefined : nodeLine(event, fleet, told),
  ];
  return lines.filter((line) => line !== undefined);
}

function startLine(event: LarderEvent): Line | undefined {
  if (event.kind !== "run-started") return undefined;
  const images = formatCount(event.images.length, "image");
  const text = `larder ${printable(event.larder)}: ${images} for each node, ${formatDuration(event.timeoutMs)} for all`;
  return { word: "started", text };
}

function nodeLine(event: LarderEvent, fleet: Fleet, told: Told): Line | undefined {
  const run = event.kind === "run-finished" ? findRun(fleet.runs, event) : undefined;
  if (event.kind !== "run-finished" || !run || run.hasLeft || told.nodes >= NODES_TOLD_MAX) return undefined;
  const line = lineOfNode(event, run);
  if (line) told.nodes += 1;
  return line;
}

function progressLine(event: LarderEvent, { totals }: Fleet, told: Told): Line | undefined {
  const atMs = Date.parse(event.time);
  told.progressMs ??= atMs;
  if (!(atMs - told.progressMs >= PROGRESS_EVERY_MS)) return undefined;
  told.progressMs = atMs;
  const { counts, phases } = totals;
  const images = `${counts.pulled + counts.present} of ${formatCount(totals.images, "image")}`;
  const failed = counts.failed > 0 ? `, ${counts.failed} failed` : "";
  const done = totals.nodes - phases.waiting - phases.pulling;
  const elapsed = formatDuration(Math.floor((atMs - totals.startedMs) / 1_000) * 1_000);
  return {
    word: "progress",
    text: `${done} of ${formatCount(totals.nodes, "node")} done, ${images}${failed}, ${elapsed}`,
  };
}
