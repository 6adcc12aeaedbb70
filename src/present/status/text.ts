/**
 * A Stock's standing as text for people: a line for the whole, the counts (which explain the signs of the table), then for
 * few nodes a table of images and nodes, for many the nodes grouped by what became of them, and what is wrong in detail.
 * Lines are never wider than the window.
 */
import { joinSpans, type Span, widthOfSpans } from "../terminal/fit.ts";
import { paragraph } from "../terminal/paragraph.ts";
import { formatCount } from "../wording/count.ts";
import { commonSuffix } from "../wording/node-names.ts";
import { printable } from "../wording/printable.ts";
import { groupSections } from "./groups.ts";
import { imageTable } from "./image-table.ts";
import { matrix, matrixFits } from "./matrix.ts";
import { problemLines } from "./problems.ts";
import {
  countStandings,
  IMAGE_STANDINGS,
  meantOf,
  type NodeStatus,
  type StandingCounts,
  type StockStatus,
} from "./status.ts";
import { type StatusLine, standingTones, symbolOf } from "./symbols.ts";

export interface StatusOptions {
  /** Width of the window in cells. @default 100 */
  readonly columns?: number;
  /** @default false */
  readonly colour?: boolean;
  /** No characters but ASCII, for a terminal that may know no others. @default false */
  readonly ascii?: boolean;
}

/** @returns lines with their ends */
export function* statusText(asked: StockStatus, options: StatusOptions = {}): Generator<string> {
  const { columns = 100, colour = false, ascii = false } = options;
  const suffix = commonSuffix(asked.nodes.map(({ name }) => name));
  const status = { ...asked, nodes: asked.nodes.map((node) => withoutSuffix(node, suffix)) };
  const counts = countStandings(status.nodes.flatMap((node) => node.images));
  const sections: readonly (readonly StatusLine[])[] = [
    headline(status, counts, columns),
    status.nodes.length === 0 ? [] : countLines(counts, columns, ascii),
    ...(matrixFits(status, columns) ? matrix(status, columns, ascii) : imageTable(status, columns, ascii)),
    ...(matrixFits(status, columns) ? [] : groupSections(status, columns)),
    ...problemLines(status, columns),
    suffix === "" ? [] : suffixLines(suffix, columns),
  ];
  const shown = sections.filter((section) => section.length > 0);
  for (const [index, section] of shown.entries()) {
    if (index > 0) yield "\n";
    for (const line of section) yield `${joinSpans(line, columns, colour, ascii).trimEnd()}\n`;
  }
}

function headline(status: StockStatus, counts: StandingCounts, columns: number): readonly StatusLine[] {
  const { stock, namespace, method, nodes } = status;
  const meant = meantOf(counts);
  const stocked = nodes.filter((node) => node.leftOut === undefined).length;
  const images = `${counts.stocked} of ${formatCount(meant, "image")} on ${formatCount(stocked, "node")}`;
  const what = stocked === 0 ? "no node that it is meant for" : images;
  const text = `Stock ${printable(stock)} in ${printable(namespace)} (${printable(method)}): ${what}`;
  const tone = stocked > 0 && counts.stocked === meant ? "good" : "plain";
  return paragraph(text, columns, 2).map((line) => [{ text: line, tone }]);
}

/** On as many lines as the window needs. */
function countLines(counts: StandingCounts, columns: number, ascii: boolean): readonly StatusLine[] {
  const lines: Span[][] = [];
  for (const standing of IMAGE_STANDINGS) {
    if (counts[standing] === 0) continue;
    const count: Span = {
      text: `${symbolOf(standing, ascii)} ${counts[standing]} ${standing.replace("-", " ")}`,
      tone: standingTones[standing],
    };
    const longer: Span[] = [...(lines.at(-1) ?? []), { text: "   " }, count];
    if (lines.length > 0 && widthOfSpans(longer) <= columns) lines.splice(-1, 1, longer);
    else lines.push([count]);
  }
  return lines;
}

/** Cloud providers end all names alike, and the end is longer than what tells them apart. */
function withoutSuffix(node: NodeStatus, suffix: string): NodeStatus {
  return suffix === "" ? node : { ...node, name: node.name.slice(0, -suffix.length) };
}

function suffixLines(suffix: string, columns: number): readonly StatusLine[] {
  const text = `The names of all nodes end with ${printable(suffix)}`;
  return paragraph(text, columns, 2).map((line) => [{ text: line, tone: "quiet" }]);
}
