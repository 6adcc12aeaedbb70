/** Where things are in the API (Kubernetes API conventions, "Resource paths"). */
import type { ApiObject } from "#domain/cluster/api-object.ts";
import { type ObjectName, RESOURCES, type Resource } from "#domain/cluster/resource.ts";

export type QueryParameters = Readonly<Record<string, string | number | boolean | undefined>>;

export function pathOfObject(target: ObjectName): string {
  return `${pathOfCollection(target)}/${encodeURIComponent(target.name)}`;
}

/** Without a namespace: of all namespaces. */
export function pathOfCollection({ resource, namespace, apiVersion }: Omit<ObjectName, "name">): string {
  return collection(apiVersion ?? RESOURCES[resource].apiVersion, resource, namespace);
}

/** Where an object is written, in the version that it says itself; undefined: it is of no kind that Larder knows. */
export function targetOf(object: ApiObject): { resource: Resource; collection: string } | undefined {
  const resource = resourceOfKind(object.kind);
  if (resource === undefined) return undefined;
  return { resource, collection: collection(object.apiVersion, resource, object.metadata.namespace) };
}

/** Only what is neither undefined nor false is asked. */
export function withQuery(path: string, parameters: QueryParameters): string {
  const asked = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined || value === false ? [] : [`${encodeURIComponent(name)}=${encodeURIComponent(value)}`],
  );
  return asked.length === 0 ? path : `${path}?${asked.join("&")}`;
}

/** `/apis/apps/v1`, and `/api/v1` for what had no group when groups came up. */
export function pathOfVersion(apiVersion: string): string {
  return apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

function collection(apiVersion: string, resource: Resource, namespace: string | undefined): string {
  const isIn = RESOURCES[resource].isNamespaced && namespace !== undefined;
  const inNamespace = isIn ? `/namespaces/${encodeURIComponent(namespace)}` : "";
  return `${pathOfVersion(apiVersion)}${inNamespace}/${resource}`;
}

const resourceByKind = new Map<string, Resource>();
for (const resource of Object.keys(RESOURCES)) {
  if (isResource(resource)) resourceByKind.set(RESOURCES[resource].kind, resource);
}

function resourceOfKind(kind: string): Resource | undefined {
  return resourceByKind.get(kind);
}

function isResource(text: string): text is Resource {
  return Object.hasOwn(RESOURCES, text);
}
