import type { ImageRecord, RunRecord } from "#domain/run/run-record.ts";
import { countFinished, durationOfRun, lastFailure } from "#domain/run/selectors.ts";
import { formatDuration, formatElapsed } from "../wording/duration.ts";
import { shortNodeNames } from "../wording/node-names.ts";
import { cutMiddle, type Span, widthOf } from "./fit.ts";
import { barOf } from "./header.ts";
import { activityOf, shortName } from "./image-line.ts";

const INDENT = "  ";
const NAME_WIDTH_MAX = 28;
const BAR_WIDTH = 10;
/** Cells beside the node's name without which the bar would leave no room for the image. */
const ROOM_FOR_BAR = 62;
const COLUMNS_FOR_IMAGE = 40;
/** Longer lines part the words from their time by too much. */
const LINE_WIDTH_MAX = 100;
const IMAGE_WIDTH_MIN = 12;

/** One line for each node: its name, how far it is, what it has been at for the longest time, and since when. */
export function nodeLines(runs: readonly RunRecord[], nowMs: number, columns: number): readonly (readonly Span[])[] {
  const width = Math.min(columns, LINE_WIDTH_MAX);
  const share = Math.floor(width * 0.3);
  const names = shortNodeNames(runs.map(({ node }) => node)).map((name) =>
    cutMiddle(name, Math.min(NAME_WIDTH_MAX, share)),
  );
  const nameWidth = names.reduce((widest, name) => Math.max(widest, widthOf(name)), 0);
  const counts = runs.map((run) => `${countFinished(run)}/${run.images.size}`);
  const countWidth = counts.reduce((widest, count) => Math.max(widest, count.length), 0);
  return runs.map((run, index) => {
    const name = names[index] ?? "";
    const count = (counts[index] ?? "").padStart(countWidth);
    const lead: Span[] = [{ text: `${INDENT}${name}${" ".repeat(nameWidth - widthOf(name))}  ` }];
    if (width - nameWidth >= ROOM_FOR_BAR) lead.push(shareOf(run), { text: "  " });
    lead.push({ text: count });
    return [...lead, ...activity(run, nowMs, width - lead.reduce((sum, { text }) => sum + widthOf(text), 0), columns)];
  });
}

function shareOf(run: RunRecord): Span {
  const { size } = run.images;
  return barOf({ share: size === 0 ? 0 : countFinished(run) / size, isOdd: run.counts.failed > 0 }, BAR_WIDTH);
}

/** @param room cells that are left for it, the gap before it included */
function activity(run: RunRecord, nowMs: number, room: number, columns: number): readonly Span[] {
  const { words, name, time, tone } = doing(run, nowMs);
  const middle = room - widthOf(time) - 2;
  if (middle < 0) return [];
  const lead = columns < COLUMNS_FOR_IMAGE ? "" : `  ${words}`;
  const left = middle - widthOf(lead) - 1;
  if (columns >= COLUMNS_FOR_IMAGE && name !== "" && left >= Math.min(IMAGE_WIDTH_MIN, widthOf(name))) {
    const shown = cutMiddle(name, left);
    const gap = " ".repeat(left - widthOf(shown) + 2);
    return [{ text: lead, tone }, { text: ` ${shown}${gap}` }, { text: time, tone: "quiet" }];
  }
  const short = widthOf(lead) <= middle ? lead : "";
  return [{ text: short, tone }, { text: " ".repeat(middle - widthOf(short) + 2) }, { text: time, tone: "quiet" }];
}

interface Doing {
  readonly words: string;
  /** Of an image; empty: none. */
  readonly name: string;
  readonly time: string;
  readonly tone: "plain" | "good" | "bad" | "odd" | "quiet";
}

function doing(run: RunRecord, nowMs: number): Doing {
  if (run.hasLeft) return { words: "left", name: "", time: "", tone: "odd" };
  if (run.finish !== null) {
    const { outcome } = run.finish;
    const tone = outcome === "stocked" ? "good" : "bad";
    return { words: outcome, name: "", time: formatDuration(durationOfRun(run)), tone };
  }
  const elapsed = formatElapsed(nowMs - run.startedMs);
  if (run.runtime.kind === "waiting")
    return { words: "no container runtime answers", name: "", time: elapsed, tone: "odd" };
  for (const image of run.active) {
    if (image.state.kind === "tried" && image.attempts.at(-1)?.result === "failed") return failing(image);
    const { word, details } = activityOf(image, nowMs);
    const isDelayed = word === "delayed";
    const time = details.at(isDelayed ? -2 : -1) ?? "";
    return { words: word, name: shortName(image.image), time, tone: isDelayed ? "odd" : "plain" };
  }
  return { words: "waiting", name: "", time: elapsed, tone: "quiet" };
}

/** A kubelet does not say when it begins a pull, but each time when one failed. */
function failing(image: ImageRecord): Doing {
  return { words: "failing", name: shortName(image.image), time: lastFailure(image)?.class ?? "", tone: "odd" };
}
