import { OUTCOMES, type PageData, UNKNOWN } from "../page-data.ts";
import type { Selection } from "./select.ts";

/** One image on one node. */
export interface ImageNode {
  /** Index in `runs`. */
  readonly run: number;
  /** In its columns. */
  readonly place: number;
}

/** Where an image is shown: nodes that lack it first, then those on which it took longest. */
export function nodesOfImage(data: PageData, { places }: Selection, image: number): readonly ImageNode[] {
  const found = data.runs.flatMap(({ images }, run) =>
    (places[run] ?? []).filter((place) => images.image[place] === image).map((place) => ({ run, place })),
  );
  const isStocked = ({ run, place }: ImageNode): number => {
    const outcome = OUTCOMES[data.runs[run]?.images.outcome[place] ?? UNKNOWN];
    return outcome === "pulled" || outcome === "present" ? 1 : 0;
  };
  const time = ({ run, place }: ImageNode): number => data.runs[run]?.images.durationMs[place] ?? UNKNOWN;
  return found.toSorted((a, b) => isStocked(a) - isStocked(b) || time(b) - time(a));
}

/** Other spellings under which an image was listed, by index in `texts`. */
export function spellingsOf({ runs }: PageData, image: number): readonly number[] {
  const found = runs.flatMap(({ images }) =>
    images.spellings.flatMap(([place, ...others]) => (images.image[place ?? UNKNOWN] === image ? others : [])),
  );
  return [...new Set(found)];
}
