/**
 * The guard: an admission policy by which the API server itself refuses images that are on no list, whatever their pull policy. It consists
 * of objects of the API server alone (a policy, two bindings, the list as a ConfigMap), so there is nothing that has to run.
 *
 * It must do no harm. What it does not understand it lets pass (`failurePolicy: Ignore`): the API server looks for the list *before* it looks
 * at the condition on the namespace (k8s.io/apiserver 0.35, plugin/policy/generic/policy_dispatcher.go), so a list that is gone, or an API
 * server that has not read it yet, would otherwise stop pods in every namespace of the cluster. So that nobody can make it fail on purpose,
 * its expressions have no error to give, and what would cost too much is refused before it is looked at (`cost.ts`).
 */
import type { NodeRequirement } from "../cluster/node-selector.ts";
import type { AllowPattern } from "./allow-pattern.ts";
import type { NamespacePattern } from "./namespace-pattern.ts";
import type { PullPolicies } from "./pull-policies.ts";

export const GUARD_MODES = ["deny", "warn", "audit"] as const;
/** What becomes of an image that is on no list: it is refused, or let in with a warning, or with an entry in the audit log. */
export type GuardMode = (typeof GUARD_MODES)[number];

export interface Guard {
  /** Of the first Stock: the guard's objects are called `larder-NAME`. */
  readonly name: string;
  /** Where the list lies: the namespace of the first Stock. */
  readonly namespace: string;
  /** Names of the Stocks that the images are of. */
  readonly stocks: readonly string[];
  /** Where shelves and agents run; never guarded. */
  readonly ownNamespaces: readonly string[];
  /** Normalized (`docker.io/library/nginx:latest`), sorted, each once. */
  readonly images: readonly string[];
  readonly allowed: readonly AllowPattern[];
  /** Empty: every namespace that the selector takes. */
  readonly namespaces: readonly NamespacePattern[];
  /** On labels of namespaces, all of which must hold beside the patterns; empty: any. */
  readonly selector: readonly NodeRequirement[];
  readonly mode: GuardMode;
  /** What the API server writes into pods; undefined: it leaves them as they are. */
  readonly pullPolicies?: PullPolicies;
}

export function guardObjectName(name: string): string {
  return `larder-${name}`;
}
