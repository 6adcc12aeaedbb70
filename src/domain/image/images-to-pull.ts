import type { Issue, Place } from "../issue.ts";
import { type ImageReference, normalizedImage } from "./reference.ts";

/** One image of the run: pulled once, reported under every name that was asked for. */
export interface ImageToPull {
  /** The spelling that came first: this one is pulled. */
  readonly reference: ImageReference;
  /** All spellings in the order in which they were given, without repetition. Kubelets file records under each of them. */
  readonly names: readonly string[];
}

/**
 * Joins what was asked for into images: two spellings of one image are one pull, the same spelling twice is a warning.
 */
export function imagesToPull(asked: readonly { reference: ImageReference; at: Place }[]): {
  images: readonly ImageToPull[];
  warnings: readonly Issue[];
} {
  const byImage = new Map<string, { reference: ImageReference; names: string[] }>();
  const firstPlace = new Map<string, Place>();
  const warnings: Issue[] = [];
  for (const { reference, at } of asked) {
    const { written } = reference;
    const image = byImage.get(normalizedImage(reference));
    const first = firstPlace.get(written);
    if (first) warnings.push(duplicate(written, at, first));
    else firstPlace.set(written, at);
    if (!image) byImage.set(normalizedImage(reference), { reference, names: [written] });
    else if (!image.names.includes(written)) image.names.push(written);
  }
  return { images: [...byImage.values()], warnings };
}

function duplicate(written: string, at: Place, first: Place): Issue {
  const where = first.line === undefined ? first.file : `${first.file} line ${first.line}`;
  return {
    code: "IMAGE_DUPLICATE",
    at,
    problem: `${written} is already listed (${where})`,
    remedy: "remove one of them",
  };
}
