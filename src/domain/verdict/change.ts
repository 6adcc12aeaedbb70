import { keyOf } from "./fold.ts";
import type { ProofSubject, Verdict } from "./verdict.ts";

/** null before: it is new; null after: nobody proves it any more (the node or the image is gone). Never both. */
export interface VerdictChange extends ProofSubject {
  readonly before: Verdict | null;
  readonly after: Verdict | null;
}

/**
 * What is different: the verdict, or the protection where both times it was checked. Words alone are no change. In the order
 * of `after`, then what is gone in the order of `before`.
 */
export function changedVerdicts(before: readonly Verdict[], after: readonly Verdict[]): readonly VerdictChange[] {
  const old = new Map(before.map((verdict) => [keyOf(verdict), verdict]));
  const changes: VerdictChange[] = [];
  for (const verdict of after) {
    const key = keyOf(verdict);
    const was = old.get(key) ?? null;
    old.delete(key);
    if (was === null || isChanged(was, verdict)) changes.push(changeOf(verdict, was, verdict));
  }
  for (const verdict of old.values()) changes.push(changeOf(verdict, verdict, null));
  return changes;
}

function isChanged(before: Verdict, after: Verdict): boolean {
  if (before.verdict !== after.verdict) return true;
  const wereChecked = before.protection !== "not-checked" && after.protection !== "not-checked";
  return wereChecked && before.protection !== after.protection;
}

function changeOf({ node, image, secret }: ProofSubject, before: Verdict | null, after: Verdict | null): VerdictChange {
  return { node, image, secret, before, after };
}
