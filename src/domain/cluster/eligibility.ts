/**
 * Which nodes a Stock means, and why it does not mean the others. It says what the DaemonSet controller will do with the pods that
 * Larder makes: the affinity and the tolerations are those of their template.
 */
import type { NodeSelection } from "../stock/stock.ts";
import { ARCHITECTURE_LABEL, architectureRequirement, OS_LABEL, osRequirement } from "./node-affinity.ts";
import type { NodeFacts } from "./node-facts.ts";
import { formatRequirement, matchesRequirement } from "./node-selector.ts";
import type { Platform } from "./platform.ts";
import { formatTaint, taintAgainst } from "./taint.ts";

export type Eligibility =
  /** `remarks`: what a person should know of a node that is meant nevertheless, as clauses after its name. */
  | { readonly kind: "eligible"; readonly remarks: readonly string[] }
  /** `reason`: a clause after the node's name: `runs windows`. */
  | { readonly kind: "left-out"; readonly cause: LeftOutCause; readonly reason: string };

export type LeftOutCause = "os" | "virtual" | "architecture" | "name" | "selector" | "taint";

export interface PodFacts {
  /** @default false */
  readonly usesHostNetwork?: boolean;
  /** It is on the node already, and only a taint with the effect NoExecute drives it away. @default false */
  readonly isThere?: boolean;
}

/**
 * @param node as the cluster has it
 * @param selection which nodes the Stock means, and which taints it tolerates
 * @param pod what the pods are like; agents may use the network of their node
 */
export function eligibilityOf(node: NodeFacts, selection: NodeSelection, pod: PodFacts = {}): Eligibility {
  const judges = [whyOtherSystem, whyVirtualNode, whyOtherArchitecture, whyOtherName, whyNotSelected];
  for (const judge of judges) {
    const leftOut = judge(node, selection);
    if (leftOut !== undefined) return leftOut;
  }
  const taints = pod.isThere ? node.taints.filter(({ effect }) => effect === "NoExecute") : node.taints;
  const taint = taintAgainst(taints, selection.tolerations, pod.usesHostNetwork);
  if (taint !== undefined) return leftOutFor("taint", `has the taint ${formatTaint(taint)}, which is not tolerated`);
  return { kind: "eligible", remarks: [...remarkOnReadiness(node), ...(node.isCordoned ? ["is cordoned"] : [])] };
}

/** Whether an image is for a node, by the image's platform; one without is for every node. */
export function isImageFor(
  node: Pick<NodeFacts, "os" | "architecture">,
  { platform }: { readonly platform?: Platform },
): boolean {
  return platform === undefined || (platform.os === node.os && platform.architecture === node.architecture);
}

type Judge = (node: NodeFacts, selection: NodeSelection) => Eligibility | undefined;

const whyOtherSystem: Judge = (node, selection) => {
  if (matchesRequirement(node.labels, osRequirement(selection))) return undefined;
  return leftOutFor("os", node.labels.has(OS_LABEL) ? `runs ${node.os}` : `has no label ${OS_LABEL}`);
};

const whyVirtualNode: Judge = ({ virtual }) => (virtual === undefined ? undefined : leftOutFor("virtual", virtual));

const whyOtherArchitecture: Judge = (node, selection) => {
  if (architectureRequirement(selection).every((one) => matchesRequirement(node.labels, one))) return undefined;
  const own = node.labels.has(ARCHITECTURE_LABEL) ? `is ${node.architecture}` : `has no label ${ARCHITECTURE_LABEL}`;
  return leftOutFor("architecture", `${own}, and only ${selection.architectures.join(", ")} is meant`);
};

const whyOtherName: Judge = ({ name }, { names }) => {
  if (names.length === 0 || names.some((known) => known === name)) return undefined;
  return leftOutFor("name", "is not among the nodes that are named");
};

const whyNotSelected: Judge = ({ labels }, { requirements }) => {
  const missed = requirements.find((requirement) => !matchesRequirement(labels, requirement));
  if (missed === undefined) return undefined;
  const value = labels.get(missed.key);
  const own = value === undefined ? `has no label ${missed.key}` : `has the label ${missed.key}=${value}`;
  return leftOutFor("selector", `${own}, and ${formatRequirement(missed)} is asked for`);
};

function leftOutFor(cause: LeftOutCause, reason: string): Eligibility {
  return { kind: "left-out", cause, reason };
}

function remarkOnReadiness({ readiness: { isReady, since, reason = "no reason is given" } }: NodeFacts): string[] {
  if (isReady) return [];
  return [`is not ready${since === undefined ? "" : ` since ${since}`}: ${reason.replace(/[\s.]+$/, "")}`];
}
