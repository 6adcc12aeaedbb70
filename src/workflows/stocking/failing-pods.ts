/**
 * Pods of a Stock in which an image did not come. What they lack may have been pushed since, or may be allowed now, and whoever runs `up`
 * again wants it to be tried again now.
 */
import { agentsNamespaceOf } from "#domain/manifests/agents-namespace.ts";
import { stockSelector } from "#domain/manifests/labels.ts";
import { isFailingPod } from "#domain/observing/failing-pod.ts";
import { podFactsOf } from "#domain/observing/pod-facts.ts";
import { ok } from "#domain/result.ts";
import type { ApiAnswer, KubernetesApi } from "#ports/kubernetes.ts";
import type { StockPlace } from "./put-up.ts";

export interface FailingPod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** Somebody who may not look into the agents' namespace has no agents. */
export async function failingPods(
  { name, namespace }: StockPlace,
  api: Pick<KubernetesApi, "list">,
  signal: AbortSignal,
): Promise<ApiAnswer<readonly FailingPod[]>> {
  const found: FailingPod[] = [];
  for (const place of [namespace, agentsNamespaceOf(namespace)]) {
    const query = { resource: "pods", namespace: place, labelSelector: stockSelector(name) } as const;
    const pods = await api.list(query, podFactsOf, signal);
    if (!pods.ok && pods.error.kind === "forbidden" && place !== namespace) continue;
    if (!pods.ok) return pods;
    found.push(...pods.value.filter((pod) => !pod.isDeleting && isFailingPod(pod)));
  }
  return ok(found);
}

/**
 * Deletes pods, so that their DaemonSets make new ones, which begin at once. They are gone when this returns: an old pod that is yet to
 * end would be taken at its word by whoever waits for the Stock.
 * @returns how many there were
 */
export async function startAgain(
  pods: readonly FailingPod[],
  api: Pick<KubernetesApi, "delete">,
  signal: AbortSignal,
): Promise<ApiAnswer<number>> {
  let count = 0;
  for (const { namespace, name, uid } of pods) {
    const deleted = await api.delete({ resource: "pods", namespace, name }, { uid, gracePeriodSeconds: 0 }, signal);
    if (deleted.ok) count += 1;
    // Another pod has its name already.
    else if (deleted.error.kind !== "conflict") return deleted;
  }
  return ok(count);
}
