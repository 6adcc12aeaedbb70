/** What the policy decides about one image, decided here: for counting what runs already. */
import { normalizedImage, parseImageReference } from "../image/reference.ts";
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
    listIn(spec, field).map((container) => fieldOf(container, "image")),
  );
  const volumes = listIn(spec, "volumes").map((volume) => fieldOf(fieldOf(volume, "image"), "reference"));
  return [...containers, ...volumes].filter((image) => typeof image === "string");
}

function listIn(value: unknown, field: string): readonly unknown[] {
  const list = fieldOf(value, field);
  return Array.isArray(list) ? list : [];
}

function fieldOf(value: unknown, field: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return Object.getOwnPropertyDescriptor(value, field)?.value;
}
