/**
 * A Stock's nodes, as the node affinity of a pod template says it. Everything that decides which nodes pods go to is in here, except
 * taints, so that nothing else has to be asked to foresee it.
 */
import type { NodeSelection } from "../stock/stock.ts";
import type { NodeFacts } from "./node-facts.ts";
import { matchesRequirement, type NodeRequirement } from "./node-selector.ts";
import { noVirtualNode } from "./virtual-node.ts";

export interface NodeAffinity {
  /** All must hold. */
  readonly requirements: readonly NodeRequirement[];
  /** Only these; empty: any. */
  readonly names: readonly string[];
  /** Not these, which are virtual although no label says so. */
  readonly exceptNames: readonly string[];
}

export const OS_LABEL = "kubernetes.io/os";
export const ARCHITECTURE_LABEL = "kubernetes.io/arch";

/** @param nodes all of the cluster, of which those that are virtual without a label are excluded by name */
export function affinityOf(selection: NodeSelection, nodes: readonly NodeFacts[]): NodeAffinity {
  const requirements = [osRequirement(selection), ...noVirtualNode, ...architectureRequirement(selection)];
  return {
    requirements: [...requirements, ...selection.requirements],
    names: [...new Set<string>(selection.names)],
    exceptNames: nodes.filter(isVirtualWithoutLabel).map(({ name }) => name),
  };
}

/** The same nodes as far as they fulfil further requirements. */
export function narrowed(affinity: NodeAffinity, requirements: readonly NodeRequirement[]): NodeAffinity {
  return { ...affinity, requirements: [...affinity.requirements, ...requirements] };
}

/** What Kubernetes does with `formatAffinity` (k8s.io/component-helpers, scheduling/corev1/nodeaffinity). */
export function matchesAffinity(node: Pick<NodeFacts, "name" | "labels">, affinity: NodeAffinity): boolean {
  if (affinity.names.length > 0 && !affinity.names.includes(node.name)) return false;
  if (affinity.exceptNames.includes(node.name)) return false;
  return affinity.requirements.every((requirement) => matchesRequirement(node.labels, requirement));
}

/**
 * The affinity as a field of a pod's spec. A requirement on a node's name takes one value only, so several names are several terms, of
 * which one must hold.
 */
export function formatAffinity({ requirements, names, exceptNames }: NodeAffinity): Readonly<Record<string, unknown>> {
  const matchExpressions = requirements.map(formatExpression);
  const except = exceptNames.toSorted().map((name) => nameField("NotIn", name));
  const fields = names.length === 0 ? [except] : names.toSorted().map((name) => [nameField("In", name), ...except]);
  const nodeSelectorTerms = fields.map((matchFields) => ({
    matchExpressions,
    ...(matchFields.length > 0 && { matchFields }),
  }));
  return { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } };
}

export function osRequirement(selection: NodeSelection): NodeRequirement {
  return { key: OS_LABEL, operator: "In", values: [selection.os] };
}

export function architectureRequirement({ architectures }: NodeSelection): readonly NodeRequirement[] {
  return architectures.length === 0 ? [] : [{ key: ARCHITECTURE_LABEL, operator: "In", values: architectures }];
}

function isVirtualWithoutLabel(node: NodeFacts): boolean {
  return (
    node.virtual !== undefined && noVirtualNode.every((requirement) => matchesRequirement(node.labels, requirement))
  );
}

function nameField(operator: "In" | "NotIn", name: string): Readonly<Record<string, unknown>> {
  return { key: "metadata.name", operator, values: [name] };
}

function formatExpression(requirement: NodeRequirement): Readonly<Record<string, unknown>> {
  const { key, operator } = requirement;
  if ("values" in requirement) return { key, operator, values: [...requirement.values] };
  return { key, operator, ...("value" in requirement && { values: [String(requirement.value)] }) };
}
