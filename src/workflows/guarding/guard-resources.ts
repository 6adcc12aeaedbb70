import type { ApiFailure } from "#domain/cluster/api-failure.ts";
import type { ApiObject } from "#domain/cluster/api-object.ts";
import { type ObjectName, RESOURCES, type Resource } from "#domain/cluster/resource.ts";
import { MUTATING_VERSIONS, type MutatingVersion } from "#domain/guard/pull-policy-objects.ts";
import { guardSelector } from "#domain/manifests/labels.ts";
import { ok, type Result } from "#domain/result.ts";
import type { ApiAnswer, KubernetesApi } from "#ports/kubernetes.ts";

export type GuardFailure =
  | { readonly kind: "api"; readonly failure: ApiFailure }
  /** The server has no ValidatingAdmissionPolicy, or no MutatingAdmissionPolicy. */
  | { readonly kind: "unserved"; readonly policy: "validating" | "mutating"; readonly version: string }
  /** It was applied, but the server did not show in time that it acts by it. `words`: what it said to the last canary. */
  | { readonly kind: "unproven"; readonly words: string };

export type GuardAnswer<T> = Result<T, GuardFailure>;

/** What a guard has in a cluster, in the order in which it is taken away: what enforces goes first. */
const OWNED = [
  "validatingadmissionpolicybindings",
  "mutatingadmissionpolicybindings",
  "validatingadmissionpolicies",
  "mutatingadmissionpolicies",
] as const satisfies readonly Resource[];

/** In which version the server has MutatingAdmissionPolicy; undefined: in none. */
export async function mutatingVersion(
  api: Pick<KubernetesApi, "serves">,
  signal: AbortSignal,
): Promise<ApiAnswer<MutatingVersion | undefined>> {
  for (const version of MUTATING_VERSIONS) {
    const served = await api.serves(version, "mutatingadmissionpolicies", signal);
    if (!served.ok) return served;
    if (served.value) return ok(version);
  }
  return ok(undefined);
}

/** Everything that belongs to a guard, known by its labels, in the order in which it is taken away. */
export async function ownedByGuard(
  name: string,
  api: Pick<KubernetesApi, "list" | "serves">,
  signal: AbortSignal,
): Promise<ApiAnswer<readonly ObjectName[]>> {
  const version = await mutatingVersion(api, signal);
  if (!version.ok) return version;
  const found: ObjectName[] = [];
  for (const resource of OWNED) {
    const isMutating = resource.startsWith("mutating");
    if (isMutating && version.value === undefined) continue;
    const place = { resource, ...(isMutating && version.value !== undefined && { apiVersion: version.value }) };
    const labelSelector = guardSelector(name);
    const listed = await api.list({ ...place, labelSelector }, ({ metadata }) => metadata.name, signal);
    if (!listed.ok) return listed;
    found.push(...listed.value.map((object) => ({ ...place, name: object })));
  }
  return ok(found);
}

export function isSameObject(target: ObjectName, { kind, metadata }: ApiObject): boolean {
  return (
    RESOURCES[target.resource].kind === kind && target.name === metadata.name && target.namespace === metadata.namespace
  );
}
