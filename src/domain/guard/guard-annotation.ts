/** What `guard on` was told, kept with the policy, so that `guard status` can say it without the files. */
import type { NodeRequirement } from "../cluster/node-selector.ts";
import type { AllowPattern } from "./allow-pattern.ts";
import type { Guard } from "./guard.ts";

export const GUARD_ANNOTATION = "larder.dev/guard";

export interface RememberedGuard {
  readonly stocks: readonly string[];
  readonly namespace: string;
  readonly ownNamespaces: readonly string[];
  readonly namespaces: readonly string[];
  readonly selector: readonly NodeRequirement[];
  readonly allowed: readonly AllowPattern[];
}

export function guardAnnotation(guard: Guard): string {
  const { stocks, namespace, ownNamespaces, namespaces, selector, allowed } = guard;
  return JSON.stringify({ stocks, namespace, ownNamespaces, namespaces, selector, allowed } satisfies RememberedGuard);
}
