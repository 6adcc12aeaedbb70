/** What `guard on` was told, kept with the policy, so that `guard status` can say it without the files. */
import type { NodeRequirement } from "../cluster/node-selector.ts";
import { integerAt, isRecord, listAt, textAt, textsAt } from "../json/unknown-value.ts";
import type { AllowPattern } from "./allow-pattern.ts";
import type { Guard } from "./guard.ts";
import { PULL_POLICIES } from "./pull-policies.ts";

export const GUARD_ANNOTATION = "larder.dev/guard";

export interface RememberedGuard {
  readonly stocks: readonly string[];
  readonly ownNamespaces: readonly string[];
  readonly namespaces: readonly string[];
  readonly selector: readonly NodeRequirement[];
  readonly allowed: readonly AllowPattern[];
  /** How many images are listed, and how many have a pull policy that is written; the lists are in the policies. */
  readonly images: number;
  readonly pullPolicies: number;
}

export function guardAnnotation(guard: Guard): string {
  const { stocks, ownNamespaces, namespaces, selector, allowed, images, pullPolicies } = guard;
  const written = PULL_POLICIES.reduce((sum, policy) => sum + (pullPolicies?.[policy].length ?? 0), 0);
  const remembered = { stocks, ownNamespaces, namespaces, selector, allowed };
  return JSON.stringify({ ...remembered, images: images.length, pullPolicies: written } satisfies RememberedGuard);
}

/** Empty where somebody changed it into something else. */
export function readGuardAnnotation(text: string | undefined): RememberedGuard {
  const read = parse(text ?? "");
  return {
    stocks: textsAt(read, "stocks"),
    ownNamespaces: textsAt(read, "ownNamespaces"),
    namespaces: textsAt(read, "namespaces"),
    selector: listAt(read, "selector").flatMap((entry) => requirementIn(entry) ?? []),
    allowed: listAt(read, "allowed").flatMap((entry) => {
      const [pattern, reason = ""] = [textAt(entry, "pattern"), textAt(entry, "reason")];
      return pattern === undefined ? [] : [{ pattern, reason }];
    }),
    images: integerAt(read, "images") ?? 0,
    pullPolicies: integerAt(read, "pullPolicies") ?? 0,
  };
}

function requirementIn(entry: unknown): NodeRequirement | undefined {
  const key = textAt(entry, "key");
  const operator = textAt(entry, "operator");
  if (key === undefined) return undefined;
  if (operator === "In" || operator === "NotIn") return { key, operator, values: textsAt(entry, "values") };
  return operator === "Exists" || operator === "DoesNotExist" ? { key, operator } : undefined;
}

function parse(text: string): unknown {
  try {
    const read: unknown = JSON.parse(text);
    return isRecord(read) ? read : undefined;
  } catch {
    return undefined;
  }
}
