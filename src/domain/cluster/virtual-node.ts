/**
 * Nodes that are no machines: a provider runs each pod somewhere else, so there is nothing to stock, and pods of DaemonSets cost money
 * or never start. Most carry a taint as well, but a Stock that tolerates every taint would still go there.
 */
import type { NodeFacts } from "./node-facts.ts";
import type { NodeRequirement } from "./node-selector.ts";

/** Labels that only virtual nodes carry, and what each says. */
const signs: readonly { readonly key: string; readonly values: readonly string[]; readonly what: string }[] = [
  { key: "type", values: ["virtual-kubelet"], what: "a virtual kubelet" },
  {
    key: "eks.amazonaws.com/compute-type",
    values: ["fargate"],
    what: "AWS Fargate, which gives each pod a machine of its own",
  },
  { key: "liqo.io/type", values: ["virtual-node"], what: "a virtual node of Liqo" },
];

const PROVIDER_KEY = "virtual-kubelet.io/provider";

/** What keeps a DaemonSet away from the virtual nodes that their labels tell, also from those that join later. */
export const noVirtualNode: readonly NodeRequirement[] = [
  ...signs.map(({ key, values }) => ({ key, operator: "NotIn", values }) as const),
  { key: PROVIDER_KEY, operator: "DoesNotExist" },
];

/**
 * kwok's nodes (`type=kwok`) are not among them: they stand for machines, in tests.
 * @returns why a node is virtual, as a clause after its name, or undefined
 */
export function whyVirtual({
  labels,
  taints,
  kubelet,
}: Pick<NodeFacts, "labels" | "taints" | "kubelet">): string | undefined {
  for (const { key, values, what } of signs) {
    if (values.includes(labels.get(key) ?? "")) return `is ${what} (label ${key}=${labels.get(key)})`;
  }
  if (labels.has(PROVIDER_KEY)) return `is a virtual kubelet (label ${PROVIDER_KEY})`;
  if (taints.some(({ key }) => key === PROVIDER_KEY)) return `is a virtual kubelet (taint ${PROVIDER_KEY})`;
  // Virtual kubelets put `-vk-` and their provider's version behind the version that they imitate.
  if (/-vk-/.test(kubelet.text)) return `is a virtual kubelet (version ${kubelet.text})`;
  return undefined;
}
