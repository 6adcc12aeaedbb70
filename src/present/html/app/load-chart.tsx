import type { JSX } from "preact";
import { formatDuration } from "../../wording/duration.ts";
import { formatNumber } from "../page/number.ts";
import type { Load, Span } from "../page/timeline.ts";
import { Axis } from "./strip.tsx";

const WIDTH = 1_000;
const HEIGHT = 100;

interface LoadChartProps {
  readonly load: Load;
  readonly span: Span;
  readonly ticks: readonly number[];
}

/** How many pulls ran at a time, those that failed on top, over the axis that the rows below it share. */
export function LoadChart({ load, span, ticks }: LoadChartProps): JSX.Element {
  const { good, bad, most } = load;
  const total = good.map((count, part) => count + (bad[part] ?? 0));
  const at = formatDuration(((total.indexOf(most) + 0.5) / total.length) * span.lengthMs);
  const peak = `up to ${formatPulls(most)}, after ${at}`;
  return (
    <figure class="line of-node load">
      <figcaption>
        Pulls at a time <span class="count">{peak}</span>
        <Legend />
      </figcaption>
      <div class="chart">
        <svg
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={`Pulls at a time: ${peak}`}
        >
          <path class="failed" d={areaOf(total, most)} />
          <path class="succeeded" d={areaOf(good, most)} />
        </svg>
        <Axis ticks={ticks} lengthMs={span.lengthMs} format={formatDuration} />
      </div>
    </figure>
  );
}

function Legend(): JSX.Element {
  return (
    <span class="legend" aria-hidden="true">
      <span class="swatch pulled" /> pulled
      <span class="swatch failed" /> failed
      <span class="swatch retried" /> made good later
    </span>
  );
}

function areaOf(counts: readonly number[], most: number): string {
  const step = WIDTH / counts.length;
  const points = counts.map((count, part) => {
    const y = HEIGHT - (most === 0 ? 0 : (count / most) * (HEIGHT - 2));
    return `${(part * step).toFixed(1)} ${y.toFixed(1)}H${((part + 1) * step).toFixed(1)}`;
  });
  return `M0 ${HEIGHT}L${points.join("L")}V${HEIGHT}z`;
}

function formatPulls(count: number): string {
  return count >= 10 ? formatNumber(Math.round(count)) : count.toFixed(1).replace(/\.0$/, "");
}
