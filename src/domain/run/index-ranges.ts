import { fail, ok, type Result } from "../result.ts";

/**
 * The longest beginning of the indexes, written as `0-2,5,7-9`, that takes at most `room` characters.
 * @param indexes ascending, without repetition
 * @returns the text, empty where not even one fits, and how many indexes it holds
 */
export function formatIndexes(indexes: readonly number[], room: number): { text: string; count: number } {
  let text = "";
  let count = 0;
  while (count < indexes.length) {
    const next = text === "" ? "" : `${text},`;
    const length = rangeLength(indexes, count);
    const range = formatRange(indexes, count, length);
    if (next.length + range.length > room) return { text, count };
    text = next + range;
    count += length;
  }
  return { text, count };
}

/** @param limit indexes are smaller than this; @returns ascending, without repetition, or why they cannot be */
export function parseIndexes(text: string, limit: number): Result<readonly number[], string> {
  const indexes: number[] = [];
  for (const range of text.split(",")) {
    const [, first = "", last = first] = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(range) ?? [];
    const [from, to] = [Number(first), Number(last)];
    if (first === "" || to < from || to >= limit) return fail(`has the indexes "${range}"`);
    if (from <= (indexes.at(-1) ?? -1)) return fail(`has the indexes "${range}" out of order`);
    for (let index = from; index <= to; index++) indexes.push(index);
  }
  return ok(indexes);
}

function rangeLength(indexes: readonly number[], start: number): number {
  let length = 1;
  while (indexes[start + length] === (indexes[start] ?? 0) + length) length += 1;
  return length;
}

function formatRange(indexes: readonly number[], start: number, length: number): string {
  const first = indexes[start] ?? 0;
  return length === 1 ? String(first) : `${first}-${first + length - 1}`;
}
