import { namedNodes, whatIsLacking } from "../groups/group-text.ts";
import { groupLacks, type Lack, type LackGroup } from "../groups/lacks.ts";
import { paragraph } from "../terminal/paragraph.ts";
import { formatCount } from "../wording/count.ts";
import { printable, quoted } from "../wording/printable.ts";
import type { NodeStatus, StockStatus } from "./status.ts";
import type { StatusLine } from "./symbols.ts";

/** Groups of failures that are told in full; more are counted. */
const GROUPS_MAX = 20;

/** What fails, where, in whose words, and what to do about it; then the nodes that are left out, by reason. */
export function problemLines(status: StockStatus, columns: number): readonly (readonly StatusLine[])[] {
  const groups = groupLacks(failing(status));
  const shown = groups.slice(0, GROUPS_MAX).flatMap((group) => linesOfGroup(group, columns));
  const hidden = groups.length - GROUPS_MAX;
  const more: StatusLine = [{ text: `and ${formatCount(hidden, "other failure")}`, tone: "bad" }];
  return [hidden > 0 ? [...shown, more] : shown, leftOutLines(status.nodes, columns)];
}

function* failing({ images, nodes }: StockStatus): Generator<Lack> {
  for (const node of nodes) {
    for (const [index, image] of node.images.entries()) {
      if (image.state !== "failing") continue;
      yield {
        node: node.name,
        image: images[index] ?? "",
        cause: image.class ?? "unknown",
        isTelling: true,
        message: image.message ?? null,
        advice: image.advice ?? null,
      };
    }
  }
}

function linesOfGroup(group: LackGroup, columns: number): readonly StatusLine[] {
  const { nodes, message, advice } = group;
  const lead = paragraph(`${whatIsLacking(group)} on ${namedNodes(nodes)}`, columns, 2);
  const words = message === null ? [] : paragraph(`  ${quoted(message)}`, columns, 2);
  const help = advice === null ? [] : paragraph(`  ${printable(advice)}`, columns, 2);
  return [
    ...lead.map((text) => [{ text, tone: "bad" }] as const),
    ...words.map((text) => [{ text, tone: "quiet" }] as const),
    ...help.map((text) => [{ text }] as const),
  ];
}

function leftOutLines(nodes: readonly NodeStatus[], columns: number): readonly StatusLine[] {
  const reasons = new Map<string, string[]>();
  for (const { name, leftOut } of nodes) {
    if (leftOut === undefined) continue;
    const known = reasons.get(leftOut);
    if (known) known.push(name);
    else reasons.set(leftOut, [name]);
  }
  return [...reasons].flatMap(([reason, names]) => {
    const text = `left out: ${namedNodes(names)}, since ${printable(reason)}`;
    return paragraph(text, columns, 2).map((line) => [{ text: line, tone: "quiet" }] as const);
  });
}
