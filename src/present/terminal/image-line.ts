import type { ImageRecord } from "#domain/run/run-record.ts";
import { formatElapsed } from "../wording/duration.ts";
import { printable } from "../wording/printable.ts";
import { cutMiddle, type Span, widthOf } from "./fit.ts";

const INDENT = "  ";
/** Cells for `pulling` or `delayed` and a space. */
const WORD_WIDTH = 8;
/** Below this width the name needs the room of the word. */
const COLUMNS_FOR_WORD = 40;
/** Longer lines part the name from its time by too much. */
const LINE_WIDTH_MAX = 100;
const NAME_WIDTH_MIN = 10;

/** One image that is on its way: what it does, its name, and at the right since when, or why and how long it waits. */
export function imageLine(image: ImageRecord, nowMs: number, columns: number): readonly Span[] {
  const width = Math.min(columns, LINE_WIDTH_MAX);
  const { word, details } = activityOf(image, nowMs);
  const lead = width < COLUMNS_FOR_WORD ? "" : `${INDENT}${word.padEnd(WORD_WIDTH)}`;
  const name = shortName(image.image);
  const wanted = Math.min(widthOf(name), NAME_WIDTH_MIN);
  const roomBeside = (detail: string): number => width - lead.length - widthOf(detail) - 2;
  const detail = details.find((candidate) => roomBeside(candidate) >= wanted);
  if (detail === undefined) return [{ text: cutMiddle(name, width) }];
  const room = roomBeside(detail);
  const shown = cutMiddle(name, room);
  const gap = " ".repeat(room - widthOf(shown) + 2);
  const tone = word === "delayed" ? "odd" : "plain";
  return [{ text: lead, tone }, { text: `${shown}${gap}` }, { text: detail, tone: "quiet" }];
}

/** What an image does; details from the fullest to the shortest. */
export function activityOf(
  image: ImageRecord,
  nowMs: number,
): { word: "pulling" | "delayed"; details: readonly string[] } {
  const { state } = image;
  if (state.kind === "delayed") {
    const left = formatElapsed(state.untilMs - nowMs + 999);
    return { word: "delayed", details: [`${state.class}, again in ${left}`, `again in ${left}`, left] };
  }
  if (state.kind !== "pulling") return { word: "pulling", details: [""] };
  const elapsed = formatElapsed(nowMs - state.sinceMs);
  return {
    word: "pulling",
    details: state.attempt > 1 ? [`attempt ${state.attempt}, ${elapsed}`, elapsed] : [elapsed],
  };
}

/** A digest tells images apart by its first digits; all of it would fill the line. */
export function shortName(image: string): string {
  return printable(image).replace(/(@[a-z0-9]+:[0-9a-f]{12})[0-9a-f]+$/, "$1…");
}
