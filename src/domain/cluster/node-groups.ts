/**
 * Nodes that need different pods, told apart by a label, since that is all that a DaemonSet can choose its nodes by.
 *
 * Every node that joins later must get some pods, so of the groups of a cluster one takes all nodes that no other takes.
 */
import { GROUP_LABEL } from "../manifests/labels.ts";
import { fail, ok, type Result } from "../result.ts";
import { separatingLabel } from "./group-labels.ts";
import type { NodeFacts } from "./node-facts.ts";
import type { NodeRequirement } from "./node-selector.ts";

export interface NodeGroup<Need> {
  /** What its nodes need, in one word: a label's value and part of names, and stable. */
  readonly name: string;
  readonly need: Need;
  /** What tells its nodes apart, beside what the Stock says of its nodes. */
  readonly requirements: readonly NodeRequirement[];
  readonly nodes: readonly NodeFacts[];
  /** How its nodes are told apart, as a sentence. */
  readonly because: string;
}

export interface Grouping<Need> {
  /** The one that takes all other nodes is the last. */
  readonly groups: readonly NodeGroup<Need>[];
  /** Labels `larder.dev/group` that nodes have to get first, by the node's name; those that they have are not among them. */
  readonly labels: ReadonlyMap<string, string>;
}

export interface NodeNeed<Need> {
  /** The same for nodes that need the same; a label's value and a DNS label. */
  readonly name: string;
  readonly need: Need;
}

export interface GroupingOptions {
  /** Whether Larder may set `larder.dev/group` on nodes. */
  readonly mayLabel: boolean;
  /** Labels that say nothing of what a node is, for example those that a Stock sets. */
  readonly ignoredLabels?: readonly string[];
  /** Need that takes nodes that join later, if there is one of it. @default the one with the most nodes */
  readonly restName?: string;
}

/**
 * @param nodes those that are meant; all that are not fulfil some other requirement not, or tolerate not
 * @returns the groups, none for no nodes; or why they cannot be told apart, as a sentence
 */
export function groupNodes<Need>(
  nodes: readonly NodeFacts[],
  needOf: (node: NodeFacts) => NodeNeed<Need>,
  options: GroupingOptions,
): Result<Grouping<Need>, string> {
  const classes = classesOf(nodes, needOf, options.restName);
  const [only, ...others] = classes;
  if (only === undefined) return ok({ groups: [], labels: new Map() });
  if (others.length === 0) {
    const because = nodes.length === 1 ? "There is one node." : `All ${nodes.length} nodes need the same.`;
    return ok({ groups: [{ ...only, requirements: [], because }], labels: new Map() });
  }
  const label = separatingLabel(classes, options.ignoredLabels ?? []);
  if (label !== undefined) {
    const withRest = restLast(classes, (candidate) => candidate.nodes.some(({ labels }) => !labels.has(label)));
    return ok({ groups: withRest.map((one) => told(one, withRest, label, valuesOf)), labels: new Map() });
  }
  if (!options.mayLabel) return fail(whyInseparable(classes));
  const groups = classes.map((one) => told(one, classes, GROUP_LABEL, ({ name }) => [name]));
  return ok({ groups, labels: labelsFor(classes) });
}

/** Nodes that need the same. */
export interface NodeClass<Need = unknown> extends NodeNeed<Need> {
  readonly nodes: readonly NodeFacts[];
}

/** The one that takes the rest comes last. */
function classesOf<Need>(
  nodes: readonly NodeFacts[],
  needOf: (node: NodeFacts) => NodeNeed<Need>,
  restName: string | undefined,
): readonly NodeClass<Need>[] {
  const found = new Map<string, NodeNeed<Need> & { nodes: NodeFacts[] }>();
  for (const node of nodes) {
    const { name, need } = needOf(node);
    const known = found.get(name);
    if (known === undefined) found.set(name, { name, need, nodes: [node] });
    else known.nodes.push(node);
  }
  const sorted = [...found.values()].toSorted((a, b) => a.nodes.length - b.nodes.length || (a.name < b.name ? -1 : 1));
  return restLast(sorted, ({ name }) => name === restName);
}

function restLast<Need>(
  classes: readonly NodeClass<Need>[],
  isRest: (candidate: NodeClass<Need>) => boolean,
): readonly NodeClass<Need>[] {
  return [...classes.filter((one) => !isRest(one)), ...classes.filter(isRest)];
}

/** The last class takes what has none of the values of the others, nodes without the label included. */
function told<Need>(
  one: NodeClass<Need>,
  all: readonly NodeClass<Need>[],
  key: string,
  values: (one: NodeClass, key: string) => readonly string[],
): NodeGroup<Need> {
  const isRest = one === all.at(-1);
  const mine = isRest ? all.slice(0, -1).flatMap((other) => values(other, key)) : values(one, key);
  const listed = mine.toSorted();
  const requirement = { key, operator: isRest ? "NotIn" : "In", values: listed } as const;
  const shown =
    listed.length > 4 ? `${listed.slice(0, 3).join(", ")} and ${listed.length - 3} more` : listed.join(", ");
  const because = `The label ${key} ${isRest ? "is not" : "is"} ${shown}${isRest ? ", as it will be on nodes that join with another value" : ""}.`;
  return { ...one, requirements: [requirement], because };
}

function valuesOf({ nodes }: NodeClass, key: string): readonly string[] {
  return [...new Set(nodes.flatMap(({ labels }) => labels.get(key) ?? []))];
}

function labelsFor(classes: readonly NodeClass[]): ReadonlyMap<string, string> {
  const all = classes.flatMap(({ name, nodes }) => nodes.map((node) => ({ name, node })));
  const missing = all.filter(({ name, node }) => node.labels.get(GROUP_LABEL) !== name);
  return new Map(missing.map(({ name, node }) => [node.name, name]));
}

function whyInseparable(classes: readonly NodeClass[]): string {
  const shown = classes.map(({ name, nodes }) => `${nodes.length} × ${name} (for example ${nodes[0]?.name ?? ""})`);
  return `The nodes need different pods, and no label tells them apart: ${shown.join(", ")}. --label-nodes lets Larder set ${GROUP_LABEL} on them.`;
}
