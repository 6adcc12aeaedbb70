import type { JSX } from "preact";
import { formatNumber } from "../page/number.ts";
import { outcomeWords } from "../page/outcome-words.ts";
import { OUTCOMES } from "../page-data.ts";

const WIDTH = 1_000;

/** Shares of outcomes, side by side; told to those who do not see it. */
export function OutcomeBar({ outcomes }: { readonly outcomes: readonly number[] }): JSX.Element {
  const total = outcomes.reduce((sum, count) => sum + count, 0);
  const parts = OUTCOMES.map((outcome, index) => ({ outcome, count: outcomes[index] ?? 0 })).filter(
    ({ count }) => count > 0,
  );
  const label = parts.map(({ outcome, count }) => `${formatNumber(count)} ${outcomeWords[outcome]}`).join(", ");
  // What is rare must still be seen.
  const widths = parts.map(({ count }) => Math.max(6, (count / total) * WIDTH));
  const scale = WIDTH / widths.reduce((sum, width) => sum + width, 0);
  let x = 0;
  return (
    <svg class="outcome-bar" viewBox={`0 0 ${WIDTH} 10`} preserveAspectRatio="none" role="img" aria-label={label}>
      {parts.map(({ outcome }, index) => {
        const width = (widths[index] ?? 0) * scale;
        const from = x;
        x += width;
        return <rect key={outcome} class={outcome} x={from} y={0} width={width} height={10} />;
      })}
    </svg>
  );
}
