import { formatCount } from "../wording/count.ts";
import { firstNames } from "../wording/names.ts";
import { printable, quoted } from "../wording/printable.ts";
import type { LackGroup } from "./lacks.ts";

const NODES_NAMED_MAX = 5;
const IMAGES_NAMED_MAX = 3;

/** `3 nodes (worker-7, worker-9, worker-31)`, and of one node its name. */
export function namedNodes(nodes: readonly string[]): string {
  const [only] = nodes;
  if (nodes.length === 1 && only !== undefined) return printable(only);
  return `${formatCount(nodes.length, "node")} (${firstNames(nodes, NODES_NAMED_MAX)})`;
}

/** What is missing and why, without the nodes: `quay.io/acme/db:15 not-found`, `1 to 12 images interrupted (…)`. */
export function whatIsLacking({ images, cause, perNode }: LackGroup): string {
  const [only] = images;
  if (images.length === 1 && only !== undefined) return `${printable(only)} ${printable(cause)}`;
  const { min, max } = perNode;
  const count = min === max ? formatCount(max, "image") : `${min} to ${max} images`;
  const each = max < images.length && min === max ? `${count} each` : count;
  return `${each} ${printable(cause)} (${firstNames(images, IMAGES_NAMED_MAX)})`;
}

/** `: "the words"`, or nothing. */
export function wordsOf({ message }: Pick<LackGroup, "message">): string {
  return message === null || message === "" ? "" : `: ${quoted(message)}`;
}

/** `. The advice`, or nothing. */
export function adviceOf({ advice }: Pick<LackGroup, "advice">): string {
  return advice === null || advice === "" ? "" : `. ${printable(advice)}`;
}
