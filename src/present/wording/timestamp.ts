/** RFC 3339 in UTC with milliseconds; a moment that no calendar has (a stream can say anything) is given as its number. */
export function formatTimestamp(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? String(ms) : date.toISOString();
}

/** The same for people, to the second: `2026-01-31 08:00:00 UTC`. */
export function formatMoment(ms: number): string {
  return formatTimestamp(ms).replace(/^(\S+)T(\S+)\.\d{3}Z$/, "$1 $2 UTC");
}
