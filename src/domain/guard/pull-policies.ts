/** Which pull policy pods get for which image, as `larder policy` found it. */
export const PULL_POLICIES = ["Never", "IfNotPresent", "Always"] as const;
export type PullPolicy = (typeof PULL_POLICIES)[number];

/** Normalized images by the policy that they get; each list is sorted. */
export type PullPolicies = Readonly<Record<PullPolicy, readonly string[]>>;

/** @param images normalized names; the last word on an image counts */
export function pullPoliciesOf(
  images: readonly { readonly image: string; readonly policy: PullPolicy }[],
): PullPolicies {
  const byImage = new Map(images.map(({ image, policy }) => [image, policy]));
  const having = (wanted: PullPolicy): readonly string[] =>
    [...byImage].flatMap(([image, policy]) => (policy === wanted ? [image] : [])).toSorted();
  return { Never: having("Never"), IfNotPresent: having("IfNotPresent"), Always: having("Always") };
}
