const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** A duration for people: `340 ms`, `1.2 s`, `2m5s`, `20m`, `1h2m5s`. Takes milliseconds; less than 0 counts as 0. */
export function formatDuration(ms: number): string {
  const whole = Math.max(0, Math.round(ms));
  if (whole < SECOND) return `${whole} ms`;
  const tenths = Math.round(whole / 100) / 10;
  if (tenths < 60) return `${tenths.toFixed(1)} s`;
  return formatMinutes(whole);
}

/** A duration that is still growing, in whole seconds, so that it does not flicker: `0 s`, `12 s`, `2m5s`. */
export function formatElapsed(ms: number): string {
  const whole = Math.max(0, Math.floor(ms / SECOND));
  return whole < 60 ? `${whole} s` : formatMinutes(whole * SECOND);
}

function formatMinutes(ms: number): string {
  const whole = Math.round(ms / SECOND) * SECOND;
  const hours = Math.floor(whole / HOUR);
  const minutes = Math.floor((whole % HOUR) / MINUTE);
  const seconds = (whole % MINUTE) / SECOND;
  const parts = [hours > 0 && `${hours}h`, minutes > 0 && `${minutes}m`, seconds > 0 && `${seconds}s`];
  return parts.filter((part) => part !== false).join("");
}
