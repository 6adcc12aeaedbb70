/**
 * Puts a guard into a cluster, and returns when the API server acts by it. Done twice, the second time changes nothing; with another list,
 * mode or pattern it replaces the guard in place: there is no moment without one.
 */
import type { ApiObject } from "#domain/cluster/api-object.ts";
import type { ObjectName } from "#domain/cluster/resource.ts";
import type { Guard } from "#domain/guard/guard.ts";
import { ADMISSION_VERSION, type GuardObjects, guardObjects } from "#domain/guard/guard-objects.ts";
import type { MutatingVersion } from "#domain/guard/pull-policy-objects.ts";
import { valueAt } from "#domain/json/unknown-value.ts";
import { fail, ok } from "#domain/result.ts";
import type { Clock } from "#ports/clock.ts";
import type { ApiAnswer, KubernetesApi } from "#ports/kubernetes.ts";
import { untilEnforced } from "./canaries.ts";
import { type GuardAnswer, isSameObject, mutatingVersion, ownedByGuard } from "./guard-resources.ts";

export interface GuardPorts {
  readonly api: KubernetesApi;
  readonly clock: Clock;
}

export async function guardOn(
  guard: Guard,
  ports: GuardPorts,
  signal: AbortSignal,
): Promise<GuardAnswer<GuardObjects>> {
  const served = await checkServed(guard, ports.api, signal);
  if (!served.ok) return served;
  const made = guardObjects(guard, served.value);
  const applied = await applyAll(guard, made.objects, ports, signal);
  if (!applied.ok) return fail({ kind: "api", failure: applied.error });
  const question = { name: guard.name, content: made.content, writesPullPolicy: guard.pullPolicies !== undefined };
  const proven = await untilEnforced(question, true, ports, signal);
  return proven.ok ? ok(made) : proven;
}

/** @returns the version of mutating policies, where the guard needs them */
async function checkServed(
  guard: Guard,
  api: KubernetesApi,
  signal: AbortSignal,
): Promise<GuardAnswer<MutatingVersion | undefined>> {
  const validating = await api.serves(ADMISSION_VERSION, "validatingadmissionpolicies", signal);
  if (!validating.ok) return fail({ kind: "api", failure: validating.error });
  if (!validating.value) return unserved("validating", api, signal);
  if (guard.pullPolicies === undefined) return ok(undefined);
  const mutating = await mutatingVersion(api, signal);
  if (!mutating.ok) return fail({ kind: "api", failure: mutating.error });
  return mutating.value === undefined ? unserved("mutating", api, signal) : ok(mutating.value);
}

async function unserved(
  policy: "validating" | "mutating",
  api: KubernetesApi,
  signal: AbortSignal,
): Promise<GuardAnswer<never>> {
  const version = await api.version(signal);
  if (!version.ok) return fail({ kind: "api", failure: version.error });
  return fail({ kind: "unserved", policy, version: version.value.text });
}

async function applyAll(
  guard: Guard,
  objects: readonly ApiObject[],
  { api }: GuardPorts,
  signal: AbortSignal,
): Promise<ApiAnswer<void>> {
  const before = await ownedByGuard(guard.name, api, signal);
  if (!before.ok) return before;
  for (const object of objects) {
    const known = before.value.find((target) => isSameObject(target, object));
    const applied = await applyOne(object, known, api, signal);
    if (!applied.ok) return applied;
  }
  for (const target of before.value) {
    if (objects.some((object) => isSameObject(target, object))) continue;
    const removed = await api.delete(target, {}, signal);
    if (!removed.ok) return removed;
  }
  return ok(undefined);
}

/**
 * Server-side apply joins the modes of a binding with those that somebody else wrote (it is a set), and the server takes no binding that both
 * warns and denies. So the mode is replaced first.
 */
async function applyOne(
  object: ApiObject,
  known: ObjectName | undefined,
  api: KubernetesApi,
  signal: AbortSignal,
): Promise<ApiAnswer<ApiObject>> {
  const validationActions = valueAt(object, "spec", "validationActions");
  if (known !== undefined && validationActions !== undefined) {
    const replaced = await api.patch(known, { spec: { validationActions } }, signal);
    if (!replaced.ok) return replaced;
  }
  return api.apply(object, {}, signal);
}
