/** Whether an image that a kubelet withheld lies on its node. */
import { isAtLeast, type NodeFacts } from "#domain/cluster/node-facts.ts";
import type { ImageReference } from "#domain/image/reference.ts";
import { NODE_IMAGES_DELAY_MS, nodeImagesOf, type Presence, presenceOf } from "#domain/proving/node-images.ts";
import type { Clock } from "#ports/clock.ts";
import type { KubernetesApi } from "#ports/kubernetes.ts";

export interface NodeLook {
  /** As the node tells it now. */
  presence(images: readonly ImageReference[], signal: AbortSignal): Promise<ReadonlyMap<ImageReference, Presence>>;
  /** When what the node does not tell is not there, in ms of the monotonic clock: its list shows what was there some time ago. */
  readonly isSettledAtMs: number;
}

/** Kubelets before 1.35 withhold only what is absent, unless an alpha feature gate is on; so there is nothing to wait for. */
export function lookAtNode(
  node: NodeFacts,
  { api, clock }: { readonly api: Pick<KubernetesApi, "get">; readonly clock: Clock },
): NodeLook {
  const isVerifying = isAtLeast(node.kubelet, 1, 35);
  return {
    isSettledAtMs: clock.monotonic() + (isVerifying ? NODE_IMAGES_DELAY_MS : 0),
    async presence(images, signal) {
      const found = await api.get({ resource: "nodes", name: node.name }, signal);
      const listed = found.ok ? nodeImagesOf(found.value) : { names: new Set<string>(), isWhole: false };
      const told = isVerifying ? listed : { ...listed, isWhole: true };
      return new Map(images.map((image) => [image, presenceOf(image, told)]));
    },
  };
}
