/** Which label tells groups of nodes apart, where several do: one that says what a node is, rather than one that does so by chance. */
import type { NodeClass } from "./node-groups.ts";

/** The first pattern that fits ranks a label. */
const ranks: readonly RegExp[] = [
  /^larder\.dev\/group$/,
  // Nodes of one pool are made the same way: gke-nodepool, nodegroup, agentpool, worker-pool-name, hypershift's nodePool.
  /node-?pool|node-?group|agent-?pool|worker-?pool|instance-?group|machine-?set/i,
  /os[-_]?(?:distribution|sku|id|version|release)|release-?channel/i,
  /^node\.kubernetes\.io\/instance-type$/,
  /^kubernetes\.io\/arch$/,
  /^node-role\.kubernetes\.io\//,
];
/** Where a node is says nothing of what it is. */
const byPlace = /^topology\.|zone|region|rack/i;

/** Twins of labels above, which Kubernetes will drop; and what Larder says of a node, which changes. */
const ignored = /^beta\.kubernetes\.io\/|^failure-domain\.beta\.|^larder\.dev\/(?!group$)/;

const HOST_NAME = "kubernetes.io/hostname";
/** Up to so many nodes may be told apart by labels that are different on each. */
const FEW_NODES = 10;

/** @returns the best label with no value, absence included, on nodes of two classes; undefined: there is none */
export function separatingLabel(classes: readonly NodeClass[], ignoredLabels: readonly string[]): string | undefined {
  const nodes = classes.flatMap((one) => one.nodes.map((node) => ({ className: one.name, node })));
  const keys = new Set(nodes.flatMap(({ node }) => [...node.labels.keys()]));
  const candidates: Candidate[] = [];
  for (const key of keys) {
    if (ignored.test(key) || ignoredLabels.includes(key)) continue;
    const classOf = new Map<string | undefined, string>();
    const isSeparating = nodes.every(({ className, node }) => {
      const value = node.labels.get(key);
      const known = classOf.get(value) ?? className;
      classOf.set(value, known);
      return known === className;
    });
    const isPerNode = key === HOST_NAME || (classOf.size === nodes.length && classOf.size > classes.length);
    if (!isSeparating || (isPerNode && nodes.length > FEW_NODES)) continue;
    candidates.push({ key, rank: isPerNode ? Number.POSITIVE_INFINITY : rankOf(key), values: classOf.size });
  }
  return candidates.toSorted(byRank)[0]?.key;
}

interface Candidate {
  readonly key: string;
  readonly rank: number;
  readonly values: number;
}

function byRank(a: Candidate, b: Candidate): number {
  if (a.rank !== b.rank) return a.rank < b.rank ? -1 : 1;
  return a.values - b.values || (a.key < b.key ? -1 : 1);
}

function rankOf(key: string): number {
  const rank = ranks.findIndex((pattern) => pattern.test(key));
  if (rank !== -1) return rank;
  return byPlace.test(key) ? ranks.length + 1 : ranks.length;
}
