import { namedNodes } from "../groups/group-text.ts";
import { groupLacks, type Lack } from "../groups/lacks.ts";
import { paragraph } from "../terminal/paragraph.ts";
import { formatCount } from "../wording/count.ts";
import { firstNames } from "../wording/names.ts";
import { printable } from "../wording/printable.ts";
import { countStandings, meantOf, type NodeStatus, type StockStatus } from "./status.ts";
import type { StatusLine } from "./symbols.ts";

const NODES_NAMED_MAX = 8;

/** For many nodes: those that have everything, those that are on their way, and those that are not in their usual state. */
export function groupSections(status: StockStatus, columns: number): readonly (readonly StatusLine[])[] {
  const meant = status.nodes.filter((node) => node.leftOut === undefined);
  const complete = meant.filter(isComplete).map(({ name }) => name);
  const lines: StatusLine[] = [];
  const add = (text: string, tone: "good" | "plain" | "odd"): void => {
    for (const line of paragraph(text, columns, 2)) lines.push([{ text: line, tone }]);
  };
  if (complete.length > 0) {
    const images =
      meant.length === complete.length ? "all images" : `all images: ${firstNames(complete, NODES_NAMED_MAX)}`;
    add(`${formatCount(complete.length, "node")} with ${images}`, "good");
  }
  for (const { cause, nodes, perNode } of groupLacks(onTheirWay(status, meant))) {
    const { min, max } = perNode;
    const images = min === max ? formatCount(max, "image") : `${min} to ${max} images`;
    add(`${namedNodes(nodes)}: ${images} ${cause}`, "plain");
  }
  for (const [state, nodes] of byState(meant)) add(`${namedNodes(nodes)}: ${printable(state)}`, "odd");
  return [lines];
}

function isComplete(node: NodeStatus): boolean {
  const counts = countStandings(node.images);
  return counts.stocked === meantOf(counts);
}

function* onTheirWay({ images }: StockStatus, nodes: readonly NodeStatus[]): Generator<Lack> {
  for (const node of nodes) {
    for (const [index, { state }] of node.images.entries()) {
      if (state !== "pulling" && state !== "waiting") continue;
      const image = images[index] ?? "";
      yield { node: node.name, image, cause: state, isTelling: false, message: null, advice: null };
    }
  }
}

function byState(nodes: readonly NodeStatus[]): ReadonlyMap<string, readonly string[]> {
  const states = new Map<string, string[]>();
  for (const { name, state } of nodes) {
    if (state === "ready") continue;
    const known = states.get(state);
    if (known) known.push(name);
    else states.set(state, [name]);
  }
  return states;
}
