import { ok } from "#domain/result.ts";
import type { ApiAnswer, KubernetesApi } from "#ports/kubernetes.ts";

/**
 * Sets one label on each of the nodes.
 * @param values by the node's name
 * @returns names of the nodes that have it now; one that has left in the meantime is not among them
 */
export async function labelNodes(
  key: string,
  values: ReadonlyMap<string, string>,
  api: Pick<KubernetesApi, "patch">,
  signal: AbortSignal,
): Promise<ApiAnswer<readonly string[]>> {
  const labelled: string[] = [];
  for (const [name, value] of values) {
    const patched = await api.patch({ resource: "nodes", name }, { metadata: { labels: { [key]: value } } }, signal);
    if (patched.ok) labelled.push(name);
    else if (patched.error.kind !== "not-found") return patched;
  }
  return ok(labelled);
}
