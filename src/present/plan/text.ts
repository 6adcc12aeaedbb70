import { joinSpans, type Span } from "../terminal/fit.ts";
import { paragraph } from "../terminal/paragraph.ts";
import { formatCount } from "../wording/count.ts";
import { firstNames } from "../wording/names.ts";
import { printable } from "../wording/printable.ts";
import type { Tone } from "../wording/tone.ts";
import type { Plan, PlanGroup, PlanShelf } from "./plan.ts";

export interface PlanOptions {
  /** Width of the window in cells. @default 100 */
  readonly columns?: number;
  /** @default false */
  readonly colour?: boolean;
  /** No characters but ASCII, for a terminal that may know no others. @default false */
  readonly ascii?: boolean;
}

/** One thing to say: the word at the left tells what it is about. */
interface Entry {
  readonly word: string;
  readonly text: string;
  readonly tone?: Tone;
}

const WORD_WIDTH = 10;
const NODES_NAMED_MAX = 4;
const IMAGES_NAMED_MAX = 3;
/** Entries of one kind that are written out; more are counted, as nobody reads 150 of them. */
const ENTRIES_MAX = 8;

/** @returns lines with their ends, never wider than the window, and few whatever the number of nodes */
export function* planText(plan: Plan, options: PlanOptions = {}): Generator<string> {
  const { columns = 100, colour = false, ascii = false } = options;
  const show = (spans: readonly Span[]): string => `${joinSpans(spans, columns, colour, ascii).trimEnd()}\n`;
  for (const line of paragraph(headline(plan), columns, 2)) yield show([{ text: line }]);
  const kinds = [
    plan.groups.map(groupEntry),
    leftOutEntries(plan),
    shelfEntries(plan),
    secretEntries(plan),
    doubtEntries(plan),
    plan.gains.map(({ method, nodes, what }) => entry("gain", `${method} ${what}: ${namedNodes(nodes)}`, "plain")),
    plan.notes.map((note) => entry("note", note, "odd")),
  ];
  let before = "";
  for (const { word, text, tone = "plain" } of kinds.flatMap(firstEntries)) {
    const [first = "", ...rest] = paragraph(`${word.padEnd(WORD_WIDTH)}${text}`, columns, WORD_WIDTH);
    const lead = word === before ? " ".repeat(WORD_WIDTH) : first.slice(0, WORD_WIDTH);
    yield show([{ text: lead, tone }, { text: first.slice(WORD_WIDTH) }]);
    for (const line of rest) yield show([{ text: line }]);
    before = word;
  }
}

function headline({ stock, namespace, images, groups }: Plan): string {
  const nodes = new Set(groups.flatMap((group) => group.nodes));
  const what = `${formatCount(images, "image")} on ${formatCount(nodes.size, "node")}`;
  return `Stock ${printable(stock)} in ${printable(namespace)}: ${what}`;
}

function entry(word: string, text: string, tone: Tone): Entry {
  return { word, text: printable(text), tone };
}

function firstEntries(entries: readonly Entry[]): readonly Entry[] {
  const [first] = entries;
  const hidden = entries.length - ENTRIES_MAX;
  if (!first || hidden <= 1) return entries;
  return [...entries.slice(0, ENTRIES_MAX), { word: first.word, text: `and ${hidden} more`, tone: "quiet" }];
}

function groupEntry({ nodes, method, variant, why }: PlanGroup): Entry {
  const how = variant === undefined ? method : `${method} (${variant})`;
  return entry("method", `${how} on ${namedNodes(nodes)}, since ${why}`, "good");
}

/** By the secrets that they carry: that is what tells shelves apart, and a Stock of 1,000 images has 125 of them. */
function shelfEntries({ shelves }: Plan): readonly Entry[] {
  const grouped = new Map<string, PlanShelf[]>();
  for (const shelf of shelves) {
    const key = shelf.secrets.join("\n");
    grouped.set(key, [...(grouped.get(key) ?? []), shelf]);
  }
  return [...grouped.values()].map((same) => {
    const secrets = same[0]?.secrets ?? [];
    const access = secrets.length === 0 ? "without a secret" : `with ${firstNames(secrets, IMAGES_NAMED_MAX)}`;
    const images = same.flatMap((shelf) => shelf.images);
    const held = `${formatCount(images.length, "image")} (${firstNames(images, IMAGES_NAMED_MAX)})`;
    const [only] = same;
    const who = same.length === 1 && only ? only.name : `${same.length} of them`;
    return entry("shelves", `${who} ${access}: ${held}`, "plain");
  });
}

function secretEntries({ secrets }: Plan): readonly Entry[] {
  return secrets.map(({ from, to }) => entry("secret", `${from} is copied to ${to}`, "plain"));
}

/** By what is doubtful: fifty images of a registry that does not answer are one doubt. */
function doubtEntries({ doubts }: Plan): readonly Entry[] {
  const grouped = groupBy(
    doubts,
    ({ what }) => what,
    ({ subject }) => subject,
  );
  return [...grouped].map(([what, subjects]) => {
    const who =
      subjects.length === 1
        ? firstNames(subjects, 1)
        : `${subjects.length} images (${firstNames(subjects, IMAGES_NAMED_MAX)})`;
    return entry("doubt", `${who}: ${what}`, "odd");
  });
}

function leftOutEntries({ leftOut }: Plan): readonly Entry[] {
  const grouped = groupBy(
    leftOut,
    ({ reason }) => reason,
    ({ node }) => node,
  );
  return [...grouped].map(([reason, nodes]) => entry("left out", `${namedNodes(nodes)}, since ${reason}`, "odd"));
}

/** `worker-1`, or `412 nodes (worker-1, worker-2, worker-3, worker-4 and 408 more)`. */
function namedNodes(nodes: readonly string[]): string {
  if (nodes.length === 1) return firstNames(nodes, 1);
  return `${formatCount(nodes.length, "node")} (${firstNames(nodes, NODES_NAMED_MAX)})`;
}

/** The largest group first. */
function groupBy<Item>(
  items: readonly Item[],
  key: (item: Item) => string,
  name: (item: Item) => string,
): readonly (readonly [string, readonly string[]])[] {
  const groups = new Map<string, string[]>();
  for (const item of items) {
    const known = groups.get(key(item));
    if (known) known.push(name(item));
    else groups.set(key(item), [name(item)]);
  }
  return [...groups].toSorted(([, a], [, b]) => b.length - a.length);
}
