import { FLAVORS, type Flavor, GENERIC_FLAVOR } from "./flavor.ts";
import { FLAVOR_PROBES } from "./flavor-probes.ts";
import type { NodeFacts } from "./node-facts.ts";

/** The nodes of a cluster that are of one flavor. */
export interface DetectedFlavor {
  readonly flavor: Flavor;
  /** What shows it on the first of the nodes, as a sentence. */
  readonly evidence: string;
  readonly nodes: readonly NodeFacts[];
}

/**
 * @param nodes those that are to be stocked; nodes of one cluster may be of several flavors
 * @param apiGroups names of the API groups that the server serves
 * @returns one entry a flavor, the one with the most nodes first; what no probe knows is `generic`
 */
export function detectFlavor(nodes: readonly NodeFacts[], apiGroups: readonly string[]): readonly DetectedFlavor[] {
  const groups = new Map<Flavor, { evidence: string; nodes: NodeFacts[] }>();
  const signs = { apiGroups: new Set(apiGroups) };
  for (const node of nodes) {
    const { flavor, evidence } = flavorOf(node, signs);
    const known = groups.get(flavor);
    if (known === undefined) groups.set(flavor, { evidence, nodes: [node] });
    else known.nodes.push(node);
  }
  const found = Array.from(groups, ([flavor, group]) => ({ flavor, ...group }));
  return found.toSorted((a, b) => b.nodes.length - a.nodes.length || (a.flavor.id < b.flavor.id ? -1 : 1));
}

/** All nodes as a person says they are. */
export function namedFlavor(flavor: Flavor, nodes: readonly NodeFacts[]): readonly DetectedFlavor[] {
  return [{ flavor, evidence: `--flavor says ${flavor.id}.`, nodes }];
}

function flavorOf(node: NodeFacts, signs: { apiGroups: ReadonlySet<string> }): Omit<DetectedFlavor, "nodes"> {
  for (const { id, look } of FLAVOR_PROBES) {
    const seen = look(node, signs);
    const flavor = seen === undefined ? undefined : FLAVORS.find((known) => known.id === id);
    if (flavor !== undefined) return { flavor, evidence: `Node ${node.name} is ${flavor.title}: ${seen}.` };
  }
  const told = [node.kubelet.text, node.osImage, `${node.runtime.name} ${node.runtime.text}`.trim()].filter(Boolean);
  const what = told.length === 0 ? "it tells nothing of itself" : `it tells only ${told.join(", ")}`;
  return { flavor: GENERIC_FLAVOR, evidence: `Node ${node.name} is of no distribution that Larder knows: ${what}.` };
}
