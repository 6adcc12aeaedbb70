/**
 * Which images a node says that it has: the only place in the API from which an absent image can be told from one that is not given.
 *
 * The list is short and late. Kubelets tell the 50 largest images (`nodeStatusMaxImages`) with five names each, so an image that is not in
 * a full list may be there; and they look at their runtime every 30 s and tell the node every 10 s, so what came just now is
 * not in it yet (kubelet, nodestatus/setters.go: Images; images/image_gc_manager.go: Start).
 */
import type { ApiObject } from "../cluster/api-object.ts";
import { type ImageReference, normalizedImage, parseImageReference } from "../image/reference.ts";
import { listAt, textsAt } from "../json/unknown-value.ts";

export type Presence = "present" | "absent" | "untold";

export interface NodeImages {
  /** Normalized. */
  readonly names: ReadonlySet<string>;
  /** Whether what is not in it was not on the node. */
  readonly isWhole: boolean;
}

const IMAGES_MAX = 50;
const NAMES_MAX = 5;
/** After this time a list shows what was there before. */
export const NODE_IMAGES_DELAY_MS = 45_000;

export function nodeImagesOf(node: ApiObject): NodeImages {
  const images = listAt(node, "status", "images").map((image) => textsAt(image, "names"));
  // Some clusters let kubelets tell none at all, and none is what no node with a pod can have.
  const isWhole = images.length > 0 && images.length < IMAGES_MAX && images.every(({ length }) => length < NAMES_MAX);
  return { names: new Set(images.flat().flatMap(normalized)), isWhole };
}

export function presenceOf(reference: ImageReference, { names, isWhole }: NodeImages): Presence {
  if (names.has(normalizedImage(reference))) return "present";
  return isWhole ? "absent" : "untold";
}

/** The runtime itself has images without a name (`<none>`). */
function normalized(name: string): readonly string[] {
  const reference = parseImageReference(name);
  return reference.ok ? [normalizedImage(reference.value)] : [];
}
