import type { ApiObject } from "#domain/cluster/api-object.ts";
import { RESOURCES, type Resource } from "#domain/cluster/resource.ts";
import { agentsNamespaceOf } from "#domain/manifests/agents-namespace.ts";
import { stockSelector } from "#domain/manifests/labels.ts";
import { ok } from "#domain/result.ts";
import type { ApiAnswer, KubernetesApi } from "#ports/kubernetes.ts";

/** What a Stock has in its namespaces, in the order in which it is taken away. */
export const OWNED_RESOURCES = ["daemonsets", "configmaps", "secrets"] as const satisfies readonly Resource[];

/** What agents have beside it on OpenShift, where a security context constraint must be granted to them. */
const RIGHTS_OF_AGENTS = ["rolebindings", "serviceaccounts"] as const satisfies readonly Resource[];

/** An object that is known by its labels to belong to a Stock. */
export interface OwnedObject {
  readonly resource: Resource;
  readonly namespace: string;
  readonly name: string;
  /** Changes when what the object asks for changes. */
  readonly revision: string;
}

/**
 * All objects of a Stock. A namespace that is not there has none; neither has the agents' namespace for somebody who may not look into
 * it: who has agents has that right.
 */
export async function ownedObjects(
  stock: { readonly name: string; readonly namespace: string },
  api: Pick<KubernetesApi, "list">,
  signal: AbortSignal,
): Promise<ApiAnswer<readonly OwnedObject[]>> {
  const found: OwnedObject[] = [];
  const places = [
    { namespace: stock.namespace, resources: OWNED_RESOURCES },
    { namespace: agentsNamespaceOf(stock.namespace), resources: [...OWNED_RESOURCES, ...RIGHTS_OF_AGENTS] },
  ];
  for (const { namespace, resources } of places) {
    for (const resource of resources) {
      const query = { resource, namespace, labelSelector: stockSelector(stock.name) };
      const listed = await api.list(query, (object) => ownedObject(resource, namespace, object), signal);
      if (!listed.ok && listed.error.kind === "forbidden" && namespace !== stock.namespace) continue;
      if (!listed.ok) return listed;
      found.push(...listed.value);
    }
  }
  return ok(found);
}

export function sameObject(owned: OwnedObject, { kind, metadata }: ApiObject): boolean {
  const { name, namespace } = metadata;
  return RESOURCES[owned.resource].kind === kind && owned.name === name && owned.namespace === namespace;
}

/** The status of a DaemonSet changes its resource version all the time, its spec alone the generation. */
export function revisionOf({ metadata }: ApiObject): string {
  const generation = metadata["generation"];
  return typeof generation === "number" ? String(generation) : (metadata.resourceVersion ?? "");
}

function ownedObject(resource: Resource, namespace: string, object: ApiObject): OwnedObject {
  return { resource, namespace, name: object.metadata.name ?? "", revision: revisionOf(object) };
}
