/** Kubelets that answer probes as a test decides, on a virtual clock and a fake of the API. They know image volumes and containers. */
import type { ApiObject } from "#domain/cluster/api-object.ts";
import { listAt, textAt, valueAt } from "#domain/json/unknown-value.ts";
import type { Clock } from "#ports/clock.ts";
import type { FakeKubernetes } from "./fake-kubernetes/fake-kubernetes.ts";

export interface PodQuestion {
  readonly node: string;
  readonly image: string;
  readonly policy: string;
  /** null: the pod names none. */
  readonly secret: string | null;
}

/** `runs`, a reason why the container waits with its message, or nothing at all. */
export type PodAnswer = "runs" | "silence" | { readonly reason: string; readonly message: string };

export const neverPull = (image: string): PodAnswer => ({
  reason: "ErrImageNeverPull",
  message: `Container image "${image}" is not present with pull policy of Never`,
});

const ANSWER_MS = 2_000;

/** @param answer called once for each container of each pod, 2 s after the pod was made */
export function startKubelets(
  api: FakeKubernetes,
  clock: Clock,
  answer: (question: PodQuestion) => PodAnswer,
  signal: AbortSignal,
): void {
  const seen = new Set<string>();
  const take = (pod: ApiObject): void => {
    const name = pod.metadata.name ?? "";
    if (seen.has(name)) return;
    seen.add(name);
    void clock.sleep(ANSWER_MS, signal).then(() => {
      const { namespace = "" } = pod.metadata;
      const isThere = api
        .all("pods")
        .some(({ metadata }) => metadata.name === name && metadata.namespace === namespace);
      if (isThere && !signal.aborted) api.put({ ...pod, status: statusOf(pod, answer) });
    });
  };
  void api.watch(
    { resource: "pods" },
    (pod) => pod,
    (change) => {
      if (change.kind === "listed") change.items.forEach(take);
      if (change.kind === "changed") take(change.item);
    },
    signal,
  );
}

function statusOf(pod: ApiObject, answer: (question: PodQuestion) => PodAnswer): object {
  const node = textAt(pod, "spec", "nodeName") ?? "";
  const secret = textAt(pod, "spec", "imagePullSecrets", 0, "name") ?? null;
  const volumes = new Map(listAt(pod, "spec", "volumes").map((volume) => [textAt(volume, "name"), volume]));
  const containerStatuses = listAt(pod, "spec", "containers").map((container) => {
    const name = textAt(container, "name") ?? "";
    const mounted = listAt(container, "volumeMounts")
      .map((mount) => valueAt(volumes.get(textAt(mount, "name")), "image"))
      .filter((volume) => volume !== undefined)
      .map((volume) => [textAt(volume, "reference") ?? "", textAt(volume, "pullPolicy") ?? ""] as const);
    const own = [textAt(container, "image") ?? "", textAt(container, "imagePullPolicy") ?? ""] as const;
    // Of several volumes that cannot be mounted, a kubelet tells the last.
    const said = (mounted.length > 0 ? mounted : [own])
      .map(([image, policy]) => answer({ node, image, policy, secret }))
      .reduce((before, one) => (one === "runs" ? before : one));
    if (said === "runs") return { name, state: { running: {} } };
    return { name, state: { waiting: said === "silence" ? { reason: "ContainerCreating" } : said } };
  });
  return { phase: "Pending", containerStatuses };
}
