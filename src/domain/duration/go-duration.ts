import { fail, ok, type Result } from "../result.ts";

const unitMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};
const part = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g;
const whole = /^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/;

/** Go keeps durations as 64-bit nanoseconds. */
const LONGEST_MS = 2 ** 63 / 1e6;

/**
 * A duration in Go's notation (time.ParseDuration): `300ms`, `1.5h`, `2m30s`, `0`, `-5s`.
 * @returns milliseconds, negative ones too, or a sentence that says what is expected
 */
export function parseGoDuration(text: string): Result<number, string> {
  const [, sign = "", unsigned = ""] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  if (unsigned === "0") return ok(0);
  if (!whole.test(unsigned)) {
    return fail(
      `"${text}" is not a duration: write numbers with a unit (ns, us, ms, s, m, h), as in 30s, 1.5h or 2m30s`,
    );
  }
  let ms = 0;
  for (const [, number, unit] of unsigned.matchAll(part)) ms += Number(number) * (unitMs[unit ?? ""] ?? 0);
  if (ms >= LONGEST_MS) return fail(`"${text}" is longer than the 292 years that a duration can hold`);
  return ok(sign === "-" ? 0 - ms : ms);
}

/** The shortest exact form in one unit, at least a whole number of milliseconds: `20m`, `90s`, `1500ms`. */
export function formatGoDuration(ms: number): string {
  const rounded = Math.ceil(ms);
  if (rounded % 3_600_000 === 0 && rounded > 0) return `${rounded / 3_600_000}h`;
  if (rounded % 60_000 === 0 && rounded > 0) return `${rounded / 60_000}m`;
  return rounded % 1_000 === 0 ? `${rounded / 1_000}s` : `${rounded}ms`;
}
