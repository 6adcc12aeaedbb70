/** What the policy decides about one image, decided here: for counting what runs already. */
import { normalizedImage, parseImageReference } from "../image/reference.ts";
import { listAt, textAt } from "../json/unknown-value.ts";
import { type AllowPattern, isAllowedImage } from "./allow-pattern.ts";

/** @param written as it stands in a pod */
export function isImageListed(written: string, listed: ReadonlySet<string>, allowed: readonly AllowPattern[]): boolean {
  const reference = parseImageReference(written);
  if (!reference.ok) return false;
  const image = normalizedImage(reference.value);
  return listed.has(image) || isAllowedImage(image, allowed);
}

/** All images that a pod names: of containers of every kind, and of image volumes. */
export function imagesOfPod(spec: unknown): readonly string[] {
  const containers = ["containers", "initContainers", "ephemeralContainers"].flatMap((field) =>
    listAt(spec, field).map((container) => textAt(container, "image")),
  );
  const volumes = listAt(spec, "volumes").map((volume) => textAt(volume, "image", "reference"));
  return [...containers, ...volumes].flatMap((image) => (image === undefined || image === "" ? [] : [image]));
}
