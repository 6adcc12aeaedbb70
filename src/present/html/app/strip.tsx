import type { JSX } from "preact";
import type { Bar, BarLook } from "../page/timeline.ts";

const WIDTH = 1_000;
const LANE = 10;
/** A pull that is over at once must still be seen. */
const BAR_WIDTH_MIN = 3;

const looks: readonly BarLook[] = ["succeeded", "running", "retried", "failed"];

interface StripProps {
  readonly bars: readonly Bar[];
  /** Of the first moment of the run in the whole, in ms. */
  readonly offsetMs: number;
  readonly lengthMs: number;
  readonly ticks: readonly number[];
  readonly label: string;
}

/** The pulls of a run, or of an image in it, on a line of time. All bars of one look are one path: thousands of rows stay light. */
export function Strip({ bars, offsetMs, lengthMs, ticks, label }: StripProps): JSX.Element {
  const height = LANE * Math.max(1, ...bars.map(({ lane }) => lane + 1));
  const x = (ms: number): number => Math.round((ms / lengthMs) * WIDTH * 10) / 10;
  const pathOf = (look: BarLook): string =>
    bars
      .filter((bar) => bar.look === look)
      .map(({ startMs, endMs, lane }) => {
        const from = x(offsetMs + startMs);
        const width = Math.max(BAR_WIDTH_MIN, x(offsetMs + endMs) - from);
        return `M${Math.min(from, WIDTH - width)} ${lane * LANE + 1}h${width}v${LANE - 2}h${-width}z`;
      })
      .join("");
  return (
    <svg class="strip" viewBox={`0 0 ${WIDTH} ${height}`} preserveAspectRatio="none" role="img" aria-label={label}>
      <path class="ticks" d={ticks.map((tick) => `M${x(tick)} 0v${height}`).join("")} />
      {looks.map((look) => {
        const path = pathOf(look);
        return path === "" ? null : <path key={look} class={look} d={path} />;
      })}
    </svg>
  );
}

/** Behind this share of the whole there is no room for words. */
const LABELLED_MAX = 0.93;

/** The moments under a timeline, for those who see it; rows say their times in words. */
export function Axis({ ticks, lengthMs, format }: AxisProps): JSX.Element {
  return (
    <div class="axis" aria-hidden="true">
      {ticks.map((tick) => (
        <span key={tick} style={{ left: `${(tick / lengthMs) * 100}%` }}>
          {tick === 0 ? "0" : tick / lengthMs <= LABELLED_MAX && format(tick)}
        </span>
      ))}
    </div>
  );
}

interface AxisProps {
  readonly ticks: readonly number[];
  readonly lengthMs: number;
  readonly format: (ms: number) => string;
}
