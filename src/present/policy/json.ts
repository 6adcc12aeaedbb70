import type { Policies } from "#domain/policy/policy.ts";

/** `{registries: {"quay.io": {policy, reason}}, images: [{image, policy, reason}]}`; a policy is null where none helps. */
export function policiesJson(policies: Policies): string {
  return `${JSON.stringify(policiesValue(policies), null, 2)}\n`;
}

export function policiesValue({ registries, images }: Policies): object {
  return {
    registries: Object.fromEntries(registries),
    images: images.map(({ image, policy, reason }) => ({ image, policy, reason })),
  };
}
