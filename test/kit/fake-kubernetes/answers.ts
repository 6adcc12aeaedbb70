/** What the fake's calls have in common: names of objects, failures, and whether a change changes anything. */
import type { ApiFailure, ApiFailureKind } from "../../../src/domain/cluster/api-failure.ts";
import type { ApiObject } from "../../../src/domain/cluster/api-object.ts";
import { type ObjectName, RESOURCES, type Resource } from "../../../src/domain/cluster/resource.ts";
import { fail } from "../../../src/domain/result.ts";

export function failed(kind: ApiFailureKind, action: string, message: string): { ok: false; error: ApiFailure } {
  return fail({ kind, action, message });
}

export function resourceOf({ kind }: ApiObject): Resource {
  const [resource] = Object.entries(RESOURCES).find(([, of]) => of.kind === kind) ?? [];
  if (resource === undefined) throw new Error(`no resource is a ${kind}`);
  return resource as Resource;
}

export function targetOf(resource: Resource, { metadata }: ApiObject): ObjectName {
  const { name = "", namespace } = metadata;
  return RESOURCES[resource].isNamespaced && namespace !== undefined
    ? { resource, namespace, name }
    : { resource, name };
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

export function isSame(one: ApiObject, other: ApiObject): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}
