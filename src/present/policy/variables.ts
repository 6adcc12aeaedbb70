import type { Policies } from "#domain/policy/policy.ts";
import { policyVariables } from "#domain/policy/variables.ts";

/** `NAME=VALUE`, a line for each registry; no value needs quotes. */
export function policiesEnv(policies: Policies): string {
  return policyVariables(policies)
    .map(({ name, value }) => `${name}=${value}\n`)
    .join("");
}

/**
 * What the files behind GITHUB_OUTPUT and GITHUB_ENV take: the same lines, and `LARDER_POLICY` with the policy of each registry as a JSON
 * object in one line, for `fromJSON`. Images are not in it, since an environment variable has little room.
 */
export function policiesGithub(policies: Policies): string {
  const byRegistry = Array.from(policies.registries, ([registry, { policy }]) => [registry, policy]);
  return `${policiesEnv(policies)}LARDER_POLICY=${JSON.stringify(Object.fromEntries(byRegistry))}\n`;
}
