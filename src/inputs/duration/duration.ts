import { parseGoDuration } from "#domain/duration/go-duration.ts";
import { fail, ok, type Result } from "#domain/result.ts";

/**
 * A duration of an option, in Go's notation: `300ms`, `1.5h`, `2m30s`, `0`.
 * @returns milliseconds, rounded up to a whole number, or a sentence that says what is expected
 */
export function parseDuration(text: string): Result<number, string> {
  if (text.startsWith("-"))
    return fail(`"${text}" is negative: write 0 or a longer duration, as in 30s, 1.5h or 2m30s`);
  const duration = parseGoDuration(text);
  return duration.ok ? ok(Math.ceil(duration.value)) : duration;
}
