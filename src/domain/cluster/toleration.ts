/** A toleration as in a pod's spec (k8s.io/kubernetes, pkg/apis/core/validation: ValidateTolerations). */
export const TAINT_EFFECTS = ["NoSchedule", "PreferNoSchedule", "NoExecute"] as const;

export type Toleration = ToleratedTaint & ToleratedEffect;

/** `Exists` without a key: every taint. */
type ToleratedTaint =
  | { readonly operator: "Exists"; readonly key?: string }
  | { readonly operator: "Equal"; readonly key: string; readonly value: string };

/** Without an effect: every one. `tolerationSeconds`: how long a pod stays once the taint is there; absent: for ever. */
type ToleratedEffect =
  | { readonly effect?: Exclude<(typeof TAINT_EFFECTS)[number], "NoExecute"> }
  | { readonly effect: "NoExecute"; readonly tolerationSeconds?: number };
