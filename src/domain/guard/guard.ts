/**
 * The guard: an admission policy by which the API server itself refuses images that are on no list, whatever their pull policy. It consists
 * of objects of the API server alone (a policy that holds the list, and two bindings), so there is nothing that has to run.
 *
 * It must do no harm outside the namespaces that somebody chose, and must not be got around inside. So the list is no parameter: the API server
 * looks for a parameter before it looks at the namespace, and may lose sight of it for ever (docs/decisions/0011-list-in-the-policy.md). What
 * goes wrong in an expression refuses the request (`failurePolicy: Fail`), and expressions are asked only after the condition on the namespace.
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
