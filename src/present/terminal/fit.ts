/**
 * Text measured in terminal cells. A character is what people take for one (a grapheme): an East Asian one is two cells
 * wide, a combining accent none, an emoji family two; `string-width` knows. Colour is added last, when all is
 * measured and cut.
 */
import { stripVTControlCharacters } from "node:util";
import stringWidth from "string-width";
import { paint, type Tone } from "../wording/tone.ts";

const ELLIPSIS = "…";
const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

export function widthOf(text: string): number {
  return stringWidth(text);
}

/** At most `width` cells; what does not fit is cut off at the end and marked. */
export function cutEnd(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  return width < 1 ? "" : `${startOf(text, width - 1)}${ELLIPSIS}`;
}

/** At most `width` cells; beginning and end stay, since an image's registry and its tag tell more than its middle. */
export function cutMiddle(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  if (width < 8) return cutEnd(text, width);
  const end = endOf(text, Math.ceil((width - 1) / 2));
  return `${startOf(text, width - 1 - widthOf(end))}${ELLIPSIS}${end}`;
}

/** Rows that a terminal of this width needs for a line, coloured or not; a wide character does not fit into the last cell alone. */
export function rowsOf(line: string, columns: number): number {
  let rows = 1;
  let used = 0;
  for (const { segment } of graphemes.segment(stripVTControlCharacters(line))) {
    const cells = widthOf(segment);
    if (used + cells > columns && used > 0) {
      rows += 1;
      used = 0;
    }
    used += cells;
  }
  return rows;
}

export interface Span {
  readonly text: string;
  readonly tone?: Tone;
}

export function widthOfSpans(spans: readonly Span[]): number {
  return widthOf(spans.map(({ text }) => text).join(""));
}

/**
 * Joins spans into one line of at most `columns` cells.
 * @param ascii `~` instead of the character for what was cut, which some terminals do not know
 */
export function joinSpans(spans: readonly Span[], columns: number, colour: boolean, ascii = false): string {
  const fitting = widthOfSpans(spans) <= columns ? spans : cutSpans(spans, columns);
  const line = fitting.map(({ text, tone }) => paint(text, tone ?? "plain", colour)).join("");
  return ascii ? line.replaceAll(ELLIPSIS, "~") : line;
}

function cutSpans(spans: readonly Span[], columns: number): readonly Span[] {
  return [{ text: cutEnd(spans.map(({ text }) => text).join(""), columns) }];
}

/** As many whole characters of the beginning as `width` cells hold. */
export function startOf(text: string, width: number): string {
  let taken = "";
  for (const { segment } of graphemes.segment(text)) {
    if (widthOf(taken + segment) > width) break;
    taken += segment;
  }
  return taken;
}

function endOf(text: string, width: number): string {
  let taken = "";
  for (const { segment } of [...graphemes.segment(text)].toReversed()) {
    if (widthOf(segment + taken) > width) break;
    taken = segment + taken;
  }
  return taken;
}
