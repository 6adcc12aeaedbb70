/**
 * Images that are not where they should be, grouped so that hundreds of nodes can be read at a glance: nodes that lack
 * the same image for the same cause are one group, and so are the images that the same nodes lack for that cause.
 */

/** One image that one node has not got. */
export interface Lack {
  readonly node: string;
  readonly image: string;
  /** In words that can stand behind an image: `not-found`, `not done at the deadline`. */
  readonly cause: string;
  /** Whether the cause says something of the image. If not (the run ended first), it is no use to tell images apart. */
  readonly isTelling: boolean;
  /** What was said, and what can be done; null: nothing is known. */
  readonly message: string | null;
  readonly advice: string | null;
}

export interface LackGroup {
  readonly cause: string;
  readonly nodes: readonly string[];
  readonly images: readonly string[];
  /** How many of the images one node lacks, at least and at most. */
  readonly perNode: { readonly min: number; readonly max: number };
  /** Of the first lack in the group. */
  readonly message: string | null;
  readonly advice: string | null;
}

/** Groups of one cause; of more, all become one: fifty lines that differ in two nodes each tell less. */
const GROUPS_PER_CAUSE_MAX = 5;

/** @returns groups with the most nodes first; those with as many stay in the order in which they appear */
export function groupLacks(lacks: Iterable<Lack>): readonly LackGroup[] {
  const causes = new Map<string, Map<string, Lack[]>>();
  for (const lack of lacks) {
    const images = ensure(causes, lack.cause, () => new Map<string, Lack[]>());
    ensure(images, lack.image, (): Lack[] => []).push(lack);
  }
  return [...causes.values()].flatMap(groupsOfCause).toSorted((a, b) => b.nodes.length - a.nodes.length);
}

function groupsOfCause(images: ReadonlyMap<string, readonly Lack[]>): readonly LackGroup[] {
  const byNodes = new Map<string, Lack[][]>();
  for (const lacks of images.values()) {
    const isTelling = lacks[0]?.isTelling === true;
    const key = isTelling ? lacks.map(({ node }) => node).join("\n") : "";
    ensure(byNodes, key, (): Lack[][] => []).push([...lacks]);
  }
  const parts = [...byNodes.values()].map((of) => of.flat());
  return parts.length > GROUPS_PER_CAUSE_MAX ? [groupOf(parts.flat())] : parts.map(groupOf);
}

function groupOf(lacks: readonly Lack[]): LackGroup {
  const counts = new Map<string, number>();
  for (const { node } of lacks) counts.set(node, (counts.get(node) ?? 0) + 1);
  let min = lacks.length;
  let max = 0;
  for (const count of counts.values()) {
    min = Math.min(min, count);
    max = Math.max(max, count);
  }
  const [first] = lacks;
  return {
    cause: first?.cause ?? "",
    nodes: [...counts.keys()],
    images: [...new Set(lacks.map(({ image }) => image))],
    perNode: { min, max },
    message: first?.message ?? null,
    advice: first?.advice ?? null,
  };
}

function ensure<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
