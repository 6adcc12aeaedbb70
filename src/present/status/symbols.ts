import type { Span } from "../terminal/fit.ts";
import type { Tone } from "../wording/tone.ts";
import type { ImageStanding } from "./status.ts";

export type StatusLine = readonly Span[];

/** How a table says where an image stands: one cell each. */
export const standingTones: Readonly<Record<ImageStanding, Tone>> = {
  stocked: "good",
  pulling: "plain",
  waiting: "quiet",
  failing: "bad",
  "left-out": "quiet",
};

const symbols: Readonly<Record<ImageStanding, string>> = {
  stocked: "✓",
  pulling: "↓",
  waiting: "·",
  failing: "✗",
  "left-out": "–",
};

const asciiSymbols: Readonly<Record<ImageStanding, string>> = {
  stocked: "+",
  pulling: ">",
  waiting: ".",
  failing: "x",
  "left-out": "-",
};

/** @param ascii for terminals that may know no other characters */
export function symbolOf(standing: ImageStanding, ascii: boolean): string {
  return (ascii ? asciiSymbols : symbols)[standing];
}
