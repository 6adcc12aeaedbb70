/** What a document means, before and after a change, as plain values. */
import { type DecideChange, effectivePolicy } from "#domain/policy/change.ts";
import { type ImagePlace, imagePlaces, type ManifestPath } from "#domain/policy/image-places.ts";

export interface WantedChange {
  readonly place: ImagePlace;
  readonly to: string;
}

/** What is to be changed in a document. */
export function changesIn(value: unknown, decide: DecideChange): readonly WantedChange[] {
  return imagePlaces(value).flatMap((place) => {
    const change = decide(place);
    return change?.kind === "set" ? [{ place, to: change.to }] : [];
  });
}

/**
 * The document with the policies that it shall have. Two texts of it mean the same if this gives the same: for images whose policy is ours to
 * say, one that is left out is what the API server fills in, and everything else counts as it is written.
 */
export function intended(value: unknown, decide: DecideChange): unknown {
  const copy = structuredClone(value);
  for (const place of imagePlaces(copy)) {
    const change = decide(place);
    const policy = change?.kind === "set" ? change.to : effectivePolicy(place.image, place.policy);
    if (isOurs(place.image, decide)) setField(copy, place.path, place.policyKey, policy);
  }
  return copy;
}

function isOurs(image: string, decide: DecideChange): boolean {
  return ["Never", "IfNotPresent"].some((policy) => decide({ image, policy })?.kind === "set");
}

function setField(value: unknown, path: ManifestPath, key: string, field: unknown): void {
  let holder = value as Record<string | number, unknown> | undefined;
  for (const step of path) holder = holder?.[step] as typeof holder;
  if (holder !== undefined) holder[key] = field;
}
