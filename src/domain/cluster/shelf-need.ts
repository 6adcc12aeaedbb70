/**
 * How a shelf makes the kubelet of a node pull an image: by a volume of the image (`volume`), or by running the image with Larder's idle
 * program in it (`program`), which works on every Linux node. docs/decisions/0009-shelves-on-real-kubelets.md has the reasons.
 */
import { GROUP_LABEL } from "../manifests/labels.ts";
import type { StockMethod } from "../stock/stock.ts";
import { isAtLeast, type NodeFacts } from "./node-facts.ts";
import { type Grouping, type GroupingOptions, groupNodes, type NodeNeed } from "./node-groups.ts";

export interface ShelfNeed {
  readonly variant: "volume" | "program";
  readonly pullPolicy: "Always" | "IfNotPresent";
}

export interface ShelfGroups extends Grouping<ShelfNeed> {
  /** Why nodes that could mount image volumes run the program instead, as a sentence; absent: none does. */
  readonly compromise?: string;
}

const PROGRAM: NodeNeed<ShelfNeed> = { name: "program", need: { variant: "program", pullPolicy: "Always" } };
const VOLUME: NodeNeed<ShelfNeed> = { name: "volume", need: { variant: "volume", pullPolicy: "IfNotPresent" } };
const VOLUME_ALWAYS: NodeNeed<ShelfNeed> = {
  name: "volume-always",
  need: { variant: "volume", pullPolicy: "Always" },
};

/** What the shelves of a node look like; with `hybrid` they must adopt what the agent pulled, which takes the policy `Always`. */
export function shelfNeedOf(node: NodeFacts, method: StockMethod): NodeNeed<ShelfNeed> {
  if (!mountsImageVolumes(node)) return PROGRAM;
  // Kubelets up to 1.36 ask the registry about volumes with Always at every look at a pod, about once a minute, for ever.
  if (isAtLeast(node.kubelet, 1, 37)) return VOLUME_ALWAYS;
  return method === "hybrid" ? PROGRAM : VOLUME;
}

/**
 * Whether image volumes mount: the kubelet has them on by default since 1.35, the runtimes know them since these versions. A version
 * alone may be that of something in between; a runtime that mounts them also knows supplemental groups policies, and says so itself.
 */
function mountsImageVolumes({ kubelet, runtime, knowsGroupsPolicy }: NodeFacts): boolean {
  if (!isAtLeast(kubelet, 1, 35) || !knowsGroupsPolicy) return false;
  if (runtime.name === "containerd") return isAtLeast(runtime, 2, 1);
  return runtime.name === "cri-o" && isAtLeast(runtime, 1, 33);
}

/**
 * The groups of nodes that need other shelves. Where they cannot be told apart, all run the program; and also where there is no node yet,
 * since it works on whichever comes.
 */
export function shelfGroupsOf(
  nodes: readonly NodeFacts[],
  method: StockMethod,
  options: Omit<GroupingOptions, "restName">,
): ShelfGroups {
  if (nodes.length === 0) {
    return { groups: [{ ...PROGRAM, requirements: [], nodes, because: "There is no node yet." }], labels: new Map() };
  }
  const whole = { ...(method === "hybrid" ? withoutLabels(options) : options), restName: PROGRAM.name };
  const grouped = groupNodes(nodes, (node) => shelfNeedOf(node, method), whole);
  if (grouped.ok) return grouped.value;
  const same = groupNodes(nodes, () => PROGRAM, whole);
  if (!same.ok) throw new Error(same.error);
  return { ...same.value, compromise: `All nodes run the idle program in the images. ${grouped.error}` };
}

/** The label belongs to the agents then: a node has one value of it, and shelves can do without. */
function withoutLabels({ ignoredLabels = [] }: GroupingOptions): GroupingOptions {
  return { mayLabel: false, ignoredLabels: [...ignoredLabels, GROUP_LABEL] };
}
