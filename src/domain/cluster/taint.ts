/** A taint of a node, and which pods it keeps away (k8s.io/api, core/v1/toleration.go: ToleratesTaint). */
import type { Toleration } from "./toleration.ts";

export interface Taint {
  readonly key: string;
  readonly value: string;
  /** `NoSchedule`, `PreferNoSchedule` or `NoExecute`; a newer server may know more. */
  readonly effect: string;
}

/**
 * What the DaemonSet controller adds to its pods (k8s.io/kubernetes, pkg/controller/daemon/util: AddOrUpdateDaemonPodTolerations): they
 * come to nodes that are cordoned, not ready or short of something, and stay there.
 */
const addedByController: readonly Toleration[] = [
  { key: "node.kubernetes.io/not-ready", operator: "Exists", effect: "NoExecute" },
  { key: "node.kubernetes.io/unreachable", operator: "Exists", effect: "NoExecute" },
  { key: "node.kubernetes.io/disk-pressure", operator: "Exists", effect: "NoSchedule" },
  { key: "node.kubernetes.io/memory-pressure", operator: "Exists", effect: "NoSchedule" },
  { key: "node.kubernetes.io/pid-pressure", operator: "Exists", effect: "NoSchedule" },
  { key: "node.kubernetes.io/unschedulable", operator: "Exists", effect: "NoSchedule" },
];

const addedForHostNetwork: Toleration = {
  key: "node.kubernetes.io/network-unavailable",
  operator: "Exists",
  effect: "NoSchedule",
};

/**
 * The taint that keeps the pods of a DaemonSet away from a node.
 * @param tolerations those of its pod template; the controller's own come to them
 * @param usesHostNetwork the controller tolerates one taint more then
 * @returns the first taint that is not tolerated, or undefined
 */
export function taintAgainst(
  taints: readonly Taint[],
  tolerations: readonly Toleration[],
  usesHostNetwork = false,
): Taint | undefined {
  const all = [...tolerations, ...addedByController, ...(usesHostNetwork ? [addedForHostNetwork] : [])];
  return taints.find((taint) => keepsAway(taint) && !all.some((toleration) => tolerates(toleration, taint)));
}

/** `key=value:NoSchedule`, as `kubectl taint` writes it. */
export function formatTaint({ key, value, effect }: Taint): string {
  return value === "" ? `${key}:${effect}` : `${key}=${value}:${effect}`;
}

function keepsAway({ effect }: Taint): boolean {
  return effect === "NoSchedule" || effect === "NoExecute";
}

function tolerates(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect !== undefined && toleration.effect !== taint.effect) return false;
  if (toleration.operator === "Exists") return toleration.key === undefined || toleration.key === taint.key;
  return toleration.key === taint.key && toleration.value === taint.value;
}
