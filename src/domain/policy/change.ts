import { normalizedImage, parseImageReference } from "../image/reference.ts";
import type { ImagePlace } from "./image-places.ts";
import type { UsablePolicy } from "./judgement.ts";
import type { ImagePolicy } from "./policy.ts";

/** What shall become of an image in a manifest; `leave` for one that is known and stays as it is. */
export type PolicyChange =
  | { readonly kind: "set"; readonly to: Exclude<UsablePolicy, null> }
  | { readonly kind: "leave"; readonly why: string };

/** Says what shall become of an image; undefined: it is none of ours, or has its policy already. */
export type DecideChange = (place: Pick<ImagePlace, "image" | "policy">) => PolicyChange | undefined;

/**
 * An `Always` is never weakened, also not the one that the API server fills in for `latest`: somebody relies on the newest image. A
 * spelling that was not proven is left alone, since from 1.36 on the kubelet files its records under the spelling.
 */
export function decideChanges(images: readonly ImagePolicy[]): DecideChange {
  const bySpelling = new Map(images.map((image) => [image.image, image]));
  const byName = new Map(images.map((image) => [nameOf(image.image), image.image]));
  return ({ image, policy }) => {
    const known = bySpelling.get(image);
    if (known === undefined) {
      const proven = byName.get(nameOf(image));
      return proven === undefined ? undefined : { kind: "leave", why: `only the spelling ${proven} was proven` };
    }
    if (known.policy === null) return { kind: "leave", why: known.reason };
    const current = effectivePolicy(image, policy);
    if (current === "Always") {
      const why = policy === "Always" ? "it says Always" : "without a policy, latest means Always";
      return known.policy === "Never" ? { kind: "leave", why } : undefined;
    }
    return current === known.policy ? undefined : { kind: "set", to: known.policy };
  };
}

/** What counts for a container or an image volume: what is written, or else what the API server fills in. */
export function effectivePolicy(image: string, policy: unknown): unknown {
  const isWritten = policy !== undefined && policy !== null && policy !== "";
  return isWritten ? policy : isLatest(image) ? "Always" : "IfNotPresent";
}

/** One text for all spellings of an image. */
function nameOf(image: string): string {
  const reference = parseImageReference(image);
  return reference.ok ? normalizedImage(reference.value) : image;
}

/** k8s.io/kubernetes, pkg/apis/core/v1/defaults.go: SetDefaults_Container and SetDefaults_Volume. */
function isLatest(image: string): boolean {
  const reference = parseImageReference(image);
  if (!reference.ok) return false;
  const { tag, digest } = reference.value;
  return tag === "latest" || (tag === undefined && digest === undefined);
}
