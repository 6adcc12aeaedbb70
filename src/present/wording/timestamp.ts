/** RFC 3339 in UTC with milliseconds; a moment that no calendar has (a stream can say anything) is given as its number. */
export function formatTimestamp(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? String(ms) : date.toISOString();
}
