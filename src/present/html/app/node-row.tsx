import type { JSX } from "preact";
import { useId, useMemo, useState } from "preact/hooks";
import { formatDuration } from "../../wording/duration.ts";
import { printable } from "../../wording/printable.ts";
import { runOutcomeWords } from "../../wording/run-outcome.ts";
import { formatNumber } from "../page/number.ts";
import { type NodeRow, stockedOf } from "../page/rows.ts";
import { barsOf, offsetOf, type Span } from "../page/timeline.ts";
import type { PageData } from "../page-data.ts";
import { NodeImages } from "./node-images.tsx";
import { Strip } from "./strip.tsx";

interface NodeRowProps {
  readonly data: PageData;
  readonly row: NodeRow;
  /** Of the images that are shown. */
  readonly places: readonly number[];
  readonly span: Span;
  readonly ticks: readonly number[];
  readonly isOpenAtFirst: boolean;
  /** Whether the node names the run, which it does not where a node has several. */
  readonly isNodeEnough: boolean;
}

export function NodeRowItem({
  data,
  row,
  places,
  span,
  ticks,
  isOpenAtFirst,
  isNodeEnough,
}: NodeRowProps): JSX.Element | null {
  const [isOpen, setOpen] = useState(isOpenAtFirst);
  const run = data.runs[row.run];
  const bars = useMemo(() => (run ? barsOf(run, places) : []), [run, places]);
  const inside = useId();
  if (!run) return null;
  const stocked = stockedOf(row.outcomes);
  const attempts = bars.length === 1 ? "1 attempt" : `${formatNumber(bars.length)} attempts`;
  return (
    <li class="row">
      <div class="line of-node">
        <button
          type="button"
          class="open"
          aria-expanded={isOpen}
          aria-controls={inside}
          onClick={() => setOpen(!isOpen)}
        >
          {printable(run.node)}
          {!isNodeEnough && <small> run {printable(run.run)}</small>}
        </button>
        <Strip
          bars={bars}
          offsetMs={offsetOf(run, span)}
          lengthMs={span.lengthMs}
          ticks={ticks}
          label={`${attempts}, ${runOutcomeWords[run.outcome]}`}
        />
        <span class={`share ${stocked === row.images ? "good" : "bad"}`}>
          {formatNumber(stocked)} of {formatNumber(row.images)}
        </span>
        <span class="time">{formatDuration(run.durationMs)}</span>
      </div>
      <div id={inside}>{isOpen && <NodeImages data={data} run={run} places={places} />}</div>
    </li>
  );
}
