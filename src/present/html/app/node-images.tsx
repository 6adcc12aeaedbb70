import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { formatDuration } from "../../wording/duration.ts";
import { printable } from "../../wording/printable.ts";
import { runOutcomeWords } from "../../wording/run-outcome.ts";
import { formatMoment } from "../../wording/timestamp.ts";
import { barsOf, ticksOf } from "../page/timeline.ts";
import { OUTCOMES, type PageData, type RunData, UNKNOWN } from "../page-data.ts";
import { Attempts } from "./attempts.tsx";
import { Outcome } from "./outcome.tsx";
import { Pager, usePages } from "./pager.tsx";
import { Axis, Strip } from "./strip.tsx";

const PAGE = 25;
const TICKS_MAX = 6;

interface NodeImagesProps {
  readonly data: PageData;
  readonly run: RunData;
  readonly places: readonly number[];
}

/** One node: its images one below the other, each with its attempts on the time of the run. */
export function NodeImages({ data, run, places }: NodeImagesProps): JSX.Element {
  const pages = usePages(places, PAGE);
  const lengthMs = Math.max(1, run.durationMs);
  const ticks = ticksOf(lengthMs, TICKS_MAX);
  const isAlone = data.runs.length === 1;
  return (
    <div class="inside">
      {!isAlone && (
        <p class="facts">
          {runOutcomeWords[run.outcome]} · started {formatMoment(run.startedMs)} ·{" "}
          {run.runtime === null ? "no runtime" : printable(run.runtime)} · run {printable(run.run)}
        </p>
      )}
      {!isAlone && (
        <div class="line of-place axis-line">
          <Axis ticks={ticks} lengthMs={lengthMs} format={formatDuration} />
        </div>
      )}
      <ol class="rows">
        {pages.items.map((place) => (
          <ImageOnNode key={place} data={data} run={run} place={place} ticks={ticks} lengthMs={lengthMs} />
        ))}
      </ol>
      <Pager pages={pages} what={`images of ${printable(run.node)}`} />
    </div>
  );
}

interface ImageOnNodeProps {
  readonly data: PageData;
  readonly run: RunData;
  readonly place: number;
  readonly ticks: readonly number[];
  readonly lengthMs: number;
}

function ImageOnNode({ data, run, place, ticks, lengthMs }: ImageOnNodeProps): JSX.Element {
  const bars = useMemo(() => barsOf(run, [place]), [run, place]);
  const { images } = run;
  const outcome = OUTCOMES[images.outcome[place] ?? UNKNOWN] ?? "unfinished";
  const durationMs = images.durationMs[place] ?? UNKNOWN;
  const isTelling = bars.length > 1 || (outcome !== "pulled" && outcome !== "present");
  return (
    <li class="row">
      <div class="line of-place">
        <span class="image">{printable(data.texts[images.image[place] ?? UNKNOWN] ?? "")}</span>
        <Strip bars={bars} offsetMs={0} lengthMs={lengthMs} ticks={ticks} label={`${bars.length} attempts`} />
        <Outcome outcome={outcome} />
        <span class="time">{durationMs === UNKNOWN ? "" : formatDuration(durationMs)}</span>
      </div>
      {isTelling && <Attempts data={data} run={run} bars={bars} />}
    </li>
  );
}
