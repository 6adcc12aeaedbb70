import type { UsablePolicy } from "./judgement.ts";
import { type Policies, weakerPolicy } from "./policy.ts";

export interface PolicyVariable {
  readonly name: string;
  /** A policy that Kubernetes takes. */
  readonly value: "Never" | "IfNotPresent";
  readonly registries: readonly string[];
}

/**
 * One variable for each registry, such as `IMAGE_PULL_POLICY_FOR_QUAY_IO`. Where no policy helps the value is `IfNotPresent`, with
 * which a pod says what is wrong in the registry's own words. Registries that give one name (`quay.io`, `quay-io`) share the
 * weakest policy.
 */
export function policyVariables({ registries }: Pick<Policies, "registries">): readonly PolicyVariable[] {
  const byName = new Map<string, { policy: UsablePolicy; registries: string[] }>();
  for (const [registry, { policy }] of registries) {
    const name = variableName(registry);
    const known = byName.get(name);
    byName.set(name, {
      policy: known ? weakerPolicy(known.policy, policy) : policy,
      registries: [...(known?.registries ?? []), registry],
    });
  }
  return Array.from(byName, ([name, { policy, registries: some }]) => ({
    name,
    value: policy ?? "IfNotPresent",
    registries: some,
  }));
}

/** In upper case, everything but letters and digits as `_`. */
function variableName(registry: string): string {
  return `IMAGE_PULL_POLICY_FOR_${registry.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_")}`;
}
