/** Removes probes that a killed run left. A pod says until when its run may need it, and no run keeps one longer. */
import type { ApiObject } from "#domain/cluster/api-object.ts";
import { EXPIRES_ANNOTATION, ROLE_LABEL, stockSelector } from "#domain/manifests/labels.ts";
import { ok } from "#domain/result.ts";
import type { Clock } from "#ports/clock.ts";
import type { ApiAnswer, KubernetesApi } from "#ports/kubernetes.ts";

/** As much as the clock of the run that made a pod may be ahead, in ms. */
const CLOCKS_DIFFER_MS = 15_000;

/** @returns how many it removed */
export async function sweepProbes(
  stock: { readonly name: string; readonly namespace: string },
  { api, clock }: { readonly api: Pick<KubernetesApi, "list" | "delete">; readonly clock: Clock },
  signal: AbortSignal,
): Promise<ApiAnswer<number>> {
  const { namespace } = stock;
  const labelSelector = `${stockSelector(stock.name)},${ROLE_LABEL}=probe`;
  const nowMs = clock.now();
  const read = (pod: ApiObject): ApiObject["metadata"] | undefined =>
    isLeftOver(pod, nowMs) ? pod.metadata : undefined;
  const left = await api.list({ resource: "pods", namespace, labelSelector }, read, signal);
  if (!left.ok) return left;
  for (const { name = "", uid } of left.value) {
    const options = { gracePeriodSeconds: 0, ...(uid !== undefined && { uid }) };
    const removed = await api.delete({ resource: "pods", namespace, name }, options, signal);
    if (!removed.ok) return removed;
  }
  return ok(left.value.length);
}

/** A probe that does not say until when is needed by nobody: every run writes it. */
function isLeftOver({ metadata }: ApiObject, nowMs: number): boolean {
  const expiresMs = Date.parse(metadata.annotations?.[EXPIRES_ANNOTATION] ?? "");
  return !(expiresMs + CLOCKS_DIFFER_MS > nowMs);
}
