/** Which images the containers of a pod are for: an annotation of its DaemonSet and of itself, since names of containers cannot say it. */
import { IMAGES_ANNOTATION } from "./labels.ts";

/** By name of the container, in the order of the containers: references as written. */
export type ImagesByContainer = ReadonlyMap<string, readonly string[]>;

export function imagesAnnotation(images: ImagesByContainer): Readonly<Record<string, string>> {
  return { [IMAGES_ANNOTATION]: JSON.stringify(Object.fromEntries(images)) };
}

/** Empty where there is no annotation, or one that nobody wrote for this. */
export function imagesByContainer(annotations: Readonly<Record<string, string>> | undefined): ImagesByContainer {
  const read = parse(annotations?.[IMAGES_ANNOTATION] ?? "{}");
  if (typeof read !== "object" || read === null) return new Map();
  return new Map(Object.entries(read).map(([container, images]) => [container, textsOf(images)]));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === "string") : [];
}
