/** Milliseconds as seconds with three decimals, which is what the format has. */
export function formatSeconds(ms: number): string {
  return (Math.max(0, ms) / 1_000).toFixed(3);
}
