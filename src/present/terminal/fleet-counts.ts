import type { FleetTotals } from "#domain/run/fleet.ts";
import type { Tone } from "../wording/tone.ts";
import { type Span, widthOfSpans } from "./fit.ts";

type Count = readonly [count: number, words: string, tone: Tone];

/** Two lines: how many nodes and how many images are in which state. What is 0 is left out, and so is what does not fit. */
export function countLines({ phases, counts, left }: FleetTotals, columns: number): readonly (readonly Span[])[] {
  const ended = phases.incomplete + phases.deadline + phases.unreachable + phases.interrupted;
  const nodes: readonly Count[] = [
    [phases.stocked, "stocked", "good"],
    [ended, "incomplete", "bad"],
    [phases.pulling, "pulling", "plain"],
    [phases.waiting, "waiting", "quiet"],
    [left, "left", "odd"],
  ];
  const images: readonly Count[] = [
    [counts.pulled, "pulled", "good"],
    [counts.failed + counts.deadline + counts.interrupted + counts.halted, "failed", "bad"],
    [counts.pulling, "pulling", "plain"],
    [counts.delayed + counts.tried, "failing", "odd"],
    [counts.waiting, "waiting", "quiet"],
    [counts.present, "present", "good"],
  ];
  return [lineOf("nodes", nodes, columns), lineOf("images", images, columns)];
}

function lineOf(what: string, counts: readonly Count[], columns: number): readonly Span[] {
  const line: Span[] = [{ text: `  ${what.padEnd(6)}` }];
  for (const [count, words, tone] of counts) {
    const span: Span = { text: `  ${count} ${words}`, tone };
    if (count > 0 && widthOfSpans([...line, span]) <= columns) line.push(span);
  }
  return line;
}
