import { stringify } from "yaml";
import type { Policies } from "#domain/policy/policy.ts";
import { policiesValue } from "./json.ts";

/** The same as the JSON. */
export function policiesYaml(policies: Policies): string {
  return stringify(policiesValue(policies), { lineWidth: 0 });
}
