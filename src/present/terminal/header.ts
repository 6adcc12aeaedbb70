import type { RunRecord } from "#domain/run/run-record.ts";
import { countFinished } from "#domain/run/selectors.ts";
import { formatElapsed } from "../wording/duration.ts";
import { printable } from "../wording/printable.ts";
import { formatSize } from "../wording/size.ts";
import { cutEnd, type Span, widthOfSpans } from "./fit.ts";

const BAR_WIDTH_MIN = 8;
const BAR_WIDTH_MAX = 30;
const NODE_WIDTH_MAX = 24;

/**
 * The overall bar. It goes by images: runtimes tell the size of an image when they have it, not before, so a share of
 * bytes would be a guess; the bytes that are known are counted beside it. Narrow windows lose the least telling part first.
 */
export function headerOf(runs: readonly RunRecord[], nowMs: number, columns: number): readonly Span[] {
  return headerOfTotals(nodeOf(runs), totalsOf(runs), nowMs, columns);
}

/** @param who the node, or how many there are */
export function headerOfTotals(who: string, totals: Totals, nowMs: number, columns: number): readonly Span[] {
  const node: Span = { text: cutEnd(who, NODE_WIDTH_MAX) };
  const count: Span = { text: `${totals.finished}/${totals.images}` };
  const images: Span = { text: `${count.text} images` };
  const failed: readonly Span[] = totals.failed > 0 ? [{ text: `${totals.failed} failed`, tone: "bad" }] : [];
  const bytes: readonly Span[] = totals.bytes > 0 ? [{ text: formatSize(totals.bytes), tone: "quiet" }] : [];
  const elapsed: Span = { text: formatElapsed(nowMs - totals.startedMs), tone: "quiet" };
  const choices: readonly (readonly Part[])[] = [
    [node, BAR, images, ...failed, ...bytes, elapsed],
    [BAR, images, ...failed, ...bytes, elapsed],
    [BAR, images, ...failed, elapsed],
    [BAR, count, ...failed],
    [count, ...failed],
  ];
  const fitting = choices.find((parts) => widthOfParts(parts) <= columns) ?? [count];
  const barWidth = BAR_WIDTH_MIN + Math.min(columns - widthOfParts(fitting), BAR_WIDTH_MAX - BAR_WIDTH_MIN);
  return fitting.flatMap((part, index) => {
    const span = part === BAR ? barOf(progressOf(totals), barWidth) : part;
    return index === 0 ? [span] : [{ text: GAP }, span];
  });
}

const GAP = "  ";
/** The place of the bar, which takes the room that the other parts leave. */
const BAR = "bar";
type Part = Span | typeof BAR;

function widthOfParts(parts: readonly Part[]): number {
  const spans = parts.map((part) => (part === BAR ? { text: " ".repeat(BAR_WIDTH_MIN) } : part));
  return widthOfSpans(spans) + GAP.length * (parts.length - 1);
}

interface Totals {
  readonly images: number;
  readonly finished: number;
  readonly failed: number;
  readonly bytes: number;
  readonly startedMs: number;
}

function totalsOf(runs: readonly RunRecord[]): Totals {
  const sum = (amount: (run: RunRecord) => number): number => runs.reduce((total, run) => total + amount(run), 0);
  return {
    images: sum((run) => run.images.size),
    finished: sum(countFinished),
    failed: sum((run) => run.counts.failed),
    bytes: sum((run) => run.bytes.pulled),
    startedMs: Math.min(...runs.map((run) => run.startedMs)),
  };
}

function nodeOf(runs: readonly RunRecord[]): string {
  const nodes = new Set(runs.map((run) => run.node));
  const [only] = nodes;
  return nodes.size === 1 && only !== undefined ? printable(only) : `${nodes.size} nodes`;
}

function progressOf({ images, finished, failed }: Totals): Progress {
  return { share: images === 0 ? 0 : finished / images, isOdd: failed > 0 };
}

export interface Progress {
  /** From 0 to 1. */
  readonly share: number;
  /** Something failed. */
  readonly isOdd: boolean;
}

export function barOf({ share, isOdd }: Progress, width: number): Span {
  const full = Math.floor(share * width);
  return { text: "█".repeat(full) + "░".repeat(width - full), tone: isOdd ? "odd" : "good" };
}
