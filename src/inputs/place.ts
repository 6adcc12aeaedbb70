import type { Place } from "#domain/issue.ts";

/** Line and column (both from 1) of a character offset. */
export function placeOfOffset(file: string, text: string, offset: number): Place {
  const before = text.slice(0, offset);
  const line = before.split("\n").length;
  return { file, line, column: offset - (before.lastIndexOf("\n") + 1) + 1 };
}
