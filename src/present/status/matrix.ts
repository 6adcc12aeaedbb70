import { cutMiddle, type Span, widthOf } from "../terminal/fit.ts";
import { shortName } from "../terminal/image-line.ts";
import { shortNodeNames } from "../wording/node-names.ts";
import { printable } from "../wording/printable.ts";
import { countStandings, meantOf, type NodeStatus, type StockStatus } from "./status.ts";
import type { StatusLine } from "./symbols.ts";
import { standingTones, symbolOf } from "./symbols.ts";

const NODES_MAX = 24;
const IMAGES_MAX = 60;
const IMAGE_WIDTH_MIN = 20;
const NODE_WIDTH_MAX = 40;
const GAP = "  ";

/** Whether images and nodes are few enough for a table that has a sign for each pair. */
export function matrixFits({ images, nodes }: StockStatus, columns: number): boolean {
  if (nodes.length === 0 || nodes.length > NODES_MAX || images.length > IMAGES_MAX) return false;
  return IMAGE_WIDTH_MIN + nodes.length * numberWidth(nodes) <= columns;
}

/** Images down, nodes across: named at the head where the names have room, else numbered, with a list of the nodes. */
export function matrix(status: StockStatus, columns: number, ascii: boolean): readonly (readonly StatusLine[])[] {
  const { images, nodes } = status;
  const names = shortNodeNames(nodes.map(({ name }) => name));
  const longest = images.reduce((widest, image) => Math.max(widest, widthOf(shortName(image))), 0);
  const named = names.reduce((sum, name) => sum + GAP.length + widthOf(name), 0);
  const isNamed = Math.min(longest, IMAGE_WIDTH_MIN * 2) + named <= columns;
  const heads = isNamed ? names : nodes.map((_, index) => String(index + 1).padStart(numberWidth(nodes) - GAP.length));
  const room = columns - heads.reduce((sum, head) => sum + GAP.length + widthOf(head), 0);
  const width = Math.min(longest, room);
  const head: StatusLine = [{ text: " ".repeat(width) }, ...heads.map((text) => ({ text: `${GAP}${text}` }))];
  const rows = images.map((image, index): StatusLine => {
    const name = cutMiddle(shortName(image), width);
    const cells = nodes.map((node, place) => cellOf(node, index, isNamed ? "start" : "end", heads[place] ?? "", ascii));
    return [{ text: `${name}${" ".repeat(width - widthOf(name))}` }, ...cells];
  });
  const areAllReady = nodes.every(({ state }) => state === "ready");
  return [[head, ...rows], isNamed && areAllReady ? [] : nodeList(nodes, names, heads, isNamed)];
}

function cellOf(node: NodeStatus, image: number, align: "start" | "end", head: string, ascii: boolean): Span {
  const standing = node.images[image]?.state ?? "left-out";
  const symbol = symbolOf(standing, ascii);
  const space = " ".repeat(Math.max(0, widthOf(head) - 1));
  return {
    text: `${GAP}${align === "start" ? `${symbol}${space}` : `${space}${symbol}`}`,
    tone: standingTones[standing],
  };
}

function nodeList(
  nodes: readonly NodeStatus[],
  names: readonly string[],
  heads: readonly string[],
  isNamed: boolean,
): readonly StatusLine[] {
  const shown = names.map((name) => cutMiddle(name, NODE_WIDTH_MAX));
  const width = shown.reduce((widest, name) => Math.max(widest, widthOf(name)), 0);
  const counts = nodes.map((node) => countOf(node));
  const countWidth = counts.reduce((widest, count) => Math.max(widest, count.length), 0);
  return nodes.map(({ state }, index) => {
    const name = shown[index] ?? "";
    const number = isNamed ? "" : `${heads[index] ?? ""}${GAP}`;
    const count = (counts[index] ?? "").padEnd(countWidth);
    return [
      { text: `${number}${name}${" ".repeat(width - widthOf(name))}${GAP}${count}${GAP}` },
      { text: printable(state), tone: state === "ready" ? "quiet" : "odd" },
    ];
  });
}

function countOf(node: NodeStatus): string {
  const counts = countStandings(node.images);
  return node.leftOut === undefined ? `${counts.stocked} of ${meantOf(counts)}` : "left out";
}

function numberWidth(nodes: readonly NodeStatus[]): number {
  return GAP.length + String(nodes.length).length;
}
