import { cutMiddle, widthOf } from "../terminal/fit.ts";
import { shortName } from "../terminal/image-line.ts";
import { formatCount } from "../wording/count.ts";
import { countStandings, IMAGE_STANDINGS, meantOf, type StandingCounts, type StockStatus } from "./status.ts";
import type { StatusLine } from "./symbols.ts";
import { standingTones, symbolOf } from "./symbols.ts";

const ROWS_MAX = 30;
const NAME_WIDTH_MIN = 12;
const GAP = "  ";
const meantStandings = IMAGE_STANDINGS.filter((standing) => standing !== "left-out");

/** For many nodes: a row for each image that some node has not got, with the number of nodes in each state. */
export function imageTable(status: StockStatus, columns: number, ascii: boolean): readonly (readonly StatusLine[])[] {
  const rows = status.images
    .map((image, index) => ({ image, counts: countsOfImage(status, index) }))
    .filter(({ counts }) => meantOf(counts) > counts.stocked);
  if (rows.length === 0) return [];
  const shown = rows.toSorted((a, b) => missing(b.counts) - missing(a.counts)).slice(0, ROWS_MAX);
  const standings = meantStandings.filter((standing) => shown.some(({ counts }) => counts[standing] > 0));
  const width = Math.max(
    ...standings.map((standing) => Math.max(...shown.map(({ counts }) => `${counts[standing]}`.length))),
  );
  const room = Math.max(NAME_WIDTH_MIN, columns - standings.length * (GAP.length + width));
  const nameWidth = Math.min(room, Math.max(...shown.map(({ image }) => widthOf(shortName(image)))));
  const cell = (text: string): string => `${GAP}${" ".repeat(Math.max(0, width - widthOf(text)))}${text}`;
  const head: StatusLine = [
    { text: " ".repeat(nameWidth) },
    ...standings.map((standing) => ({ text: cell(symbolOf(standing, ascii)), tone: standingTones[standing] })),
  ];
  const lines = shown.map(({ image, counts }): StatusLine => {
    const name = cutMiddle(shortName(image), nameWidth);
    const cells = standings.map((standing) => ({
      text: cell(counts[standing] === 0 ? "" : `${counts[standing]}`),
      tone: standingTones[standing],
    }));
    return [{ text: `${name}${" ".repeat(nameWidth - widthOf(name))}` }, ...cells];
  });
  return [[head, ...lines, ...others(status.images.length - rows.length, rows.length - shown.length)]];
}

function others(everywhere: number, hidden: number): readonly StatusLine[] {
  const lines: StatusLine[] = [];
  if (hidden > 0)
    lines.push([{ text: `and ${formatCount(hidden, "image")} more that some nodes lack`, tone: "quiet" }]);
  if (everywhere > 0) lines.push([{ text: `${formatCount(everywhere, "other image")}: on all nodes`, tone: "quiet" }]);
  return lines;
}

function countsOfImage({ nodes }: StockStatus, index: number): StandingCounts {
  return countStandings(nodes.flatMap(({ images }) => images[index] ?? []));
}

function missing(counts: StandingCounts): number {
  return meantOf(counts) - counts.stocked;
}
