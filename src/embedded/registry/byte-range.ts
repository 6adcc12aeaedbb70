/**
 * A Range header with one range (RFC 9110, section 14.1.2): `bytes=5-9`, `bytes=5-`, or `bytes=-5` for the last five.
 * @returns the first byte and the one behind the last; undefined if no byte of `size` lies in it
 */
export function byteRange(range: string, size: number): { from: number; to: number } | undefined {
  const match = /^bytes=(?<first>\d*)-(?<last>\d*)$/.exec(range.trim());
  const { first = "", last = "" } = match?.groups ?? {};
  if (first === "" && last === "") return undefined;
  const from = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const to = first === "" || last === "" ? size : Math.min(size, Number(last) + 1);
  return from < to ? { from, to } : undefined;
}
