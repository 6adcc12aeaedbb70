/**
 * Which pull policy test pods can use, from what was proven. `Never` is the one that proves list hygiene and asks no registry; it may
 * be used only where nothing speaks against it, since a pod with `Never` that is refused never starts. So everything that is not
 * known to be served counts as not served, and an image is as good as its worst node.
 */
import { parseImageReference } from "../image/reference.ts";
import type { Verdict } from "../verdict/verdict.ts";
import type { Judgement, UsablePolicy } from "./judgement.ts";
import { judgeImage } from "./judges.ts";

export interface ImagePolicy extends Judgement {
  /** As it was written. */
  readonly image: string;
  /** `docker.io`, `quay.io`, `localhost:5000`. */
  readonly registry: string;
}

export interface Policies {
  /** By registry, in the order in which they are first named. */
  readonly registries: ReadonlyMap<string, Judgement>;
  readonly images: readonly ImagePolicy[];
}

export interface PolicyQuestion {
  /** Images that tests use. Absent: every image that has a verdict. */
  readonly images?: readonly string[];
  /**
   * The secrets, as `NAMESPACE/NAME`, whose credentials the tests use. Absent: every secret that an image was proven with. What was
   * proven without any secret counts in any case.
   */
  readonly secrets?: readonly string[];
}

/** @param verdicts the latest of each node, image and secret, with what was planned and not told as `unknown` */
export function policiesOf(verdicts: readonly Verdict[], { images, secrets }: PolicyQuestion = {}): Policies {
  const byImage = new Map<string, Verdict[]>((images ?? []).map((image) => [image, []]));
  for (const verdict of verdicts) {
    const known = byImage.get(verdict.image);
    if (known) known.push(verdict);
    else if (images === undefined) byImage.set(verdict.image, [verdict]);
  }
  const judged = Array.from(byImage, ([image, some]): ImagePolicy => {
    const reference = parseImageReference(image);
    const registry = reference.ok ? reference.value.registry : image;
    return { image, registry, ...judgeImage(some, secrets) };
  });
  return { registries: registryPolicies(judged), images: judged };
}

/** A registry's policy is that of its weakest image, and the reason names that image. */
function registryPolicies(images: readonly ImagePolicy[]): Policies["registries"] {
  const byRegistry = new Map<string, ImagePolicy[]>();
  for (const image of images) {
    const known = byRegistry.get(image.registry);
    if (known) known.push(image);
    else byRegistry.set(image.registry, [image]);
  }
  return new Map(Array.from(byRegistry, ([registry, some]) => [registry, judgeRegistry(some)]));
}

/** From the weakest on. */
const strength: readonly UsablePolicy[] = [null, "IfNotPresent", "Never"];

/** The weaker of two. */
export function weakerPolicy(a: UsablePolicy, b: UsablePolicy): UsablePolicy {
  return strength.indexOf(a) <= strength.indexOf(b) ? a : b;
}

function judgeRegistry(images: readonly ImagePolicy[]): Judgement {
  const policy = images.map((image) => image.policy).reduce(weakerPolicy, "Never");
  const weakest = images.filter((image) => image.policy === policy);
  const [first] = weakest;
  if (policy === "Never" || first === undefined) {
    return { policy, reason: images.length === 1 ? "its image is served" : `all ${images.length} images are served` };
  }
  const share = images.length === 1 ? "" : `${shareOf(weakest.length, images.length)} images, such as `;
  return { policy, reason: `${share}${first.image}: ${first.reason}` };
}

function shareOf(some: number, all: number): string {
  return some === all ? `all ${all}` : `${some} of ${all}`;
}
