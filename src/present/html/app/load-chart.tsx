import type { JSX } from "preact";
import { formatDuration } from "../../wording/duration.ts";
import type { Load, Span } from "../page/timeline.ts";

const WIDTH = 1_000;
const HEIGHT = 100;

/** How many pulls ran at a time: those that worked, and on top of them those that failed. */
export function LoadChart({ load, span }: { readonly load: Load; readonly span: Span }): JSX.Element {
  const { good, bad, most } = load;
  const total = good.map((count, part) => count + (bad[part] ?? 0));
  const peak = total.indexOf(most);
  const at = formatDuration(((peak + 0.5) / total.length) * span.lengthMs);
  const label = `Pulls at a time: up to ${formatPulls(most)}, after ${at}`;
  return (
    <figure class="load">
      <figcaption>
        Pulls at a time <span class="count">up to {formatPulls(most)}</span>
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={label}>
        <path class="failed" d={areaOf(total, most)} />
        <path class="succeeded" d={areaOf(good, most)} />
      </svg>
    </figure>
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
  return count >= 10 ? String(Math.round(count)) : count.toFixed(1).replace(/\.0$/, "");
}
