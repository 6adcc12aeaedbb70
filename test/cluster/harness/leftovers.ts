import type { KubernetesListObject, KubernetesObject } from "@kubernetes/client-node";
import { core } from "./cluster.ts";
import type { Desk } from "./desk.ts";
import { kubectl } from "./kubectl.ts";

/**
 * All that is Larder's in the namespaces of a desk, of every kind that the API server has, and labels of nodes.
 * @param keys of labels of nodes that are this test's own
 */
export async function leftovers({ namespace }: Desk, keys: readonly string[] = []): Promise<string[]> {
  const kinds = (await kubectl(["api-resources", "--verbs=list", "-o", "name"])).trim().split("\n");
  const selector = ["-l", "app.kubernetes.io/managed-by=larder"];
  const found = await kubectl([
    "get",
    kinds.join(),
    "--all-namespaces",
    "--ignore-not-found",
    ...selector,
    "-o",
    "json",
  ]);
  const { items } = found.trim() === "" ? { items: [] } : (JSON.parse(found) as KubernetesListObject<KubernetesObject>);
  const mine = items.filter(({ metadata }) => (metadata?.namespace ?? metadata?.name ?? "").startsWith(namespace));
  const nodes = await core.listNode();
  return [
    ...mine.map(({ kind, metadata }) => `${kind} ${metadata?.namespace ?? ""}/${metadata?.name}`),
    ...nodes.items.flatMap(({ metadata }) =>
      keys.filter((key) => metadata?.labels?.[key] !== undefined).map((key) => `Node ${metadata?.name} ${key}`),
    ),
  ];
}
