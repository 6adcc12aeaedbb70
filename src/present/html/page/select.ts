/** Search and filter: which images on which nodes are shown. */
import { FAILURE_CLASSES } from "#domain/failure/failure-class.ts";
import { OUTCOMES, type PageData, type RunData, UNKNOWN } from "../page-data.ts";
import { outcomeWords } from "./outcome-words.ts";

export interface Filter {
  /** Words that must all be found, each in the image, the node, the class, the outcome or the runtime's words. */
  readonly text: string;
  /** Indices in OUTCOMES; none: all. */
  readonly outcomes: ReadonlySet<number>;
  /** Index in FAILURE_CLASSES; undefined: all, also images without any. */
  readonly class: number | undefined;
}

export const noFilter: Filter = { text: "", outcomes: new Set(), class: undefined };

export interface Selection {
  /** For each run the places of the images that are shown. */
  readonly places: readonly (readonly number[])[];
  /** Images on nodes. */
  readonly count: number;
}

/** One search over data that do not change: their letters are made lower once. */
export function createSelect(data: PageData): (filter: Filter) => Selection {
  const texts = data.texts.map((text) => text.toLowerCase());
  const nodes = data.runs.map(({ node, run }) => `${node}\n${run}`.toLowerCase());
  return (filter) => {
    const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
    const hits = words.map((word) => hitsOf(word, texts, nodes));
    const places = data.runs.map((run, index) => placesOf(run, index, filter, hits));
    return { places, count: places.reduce((sum, some) => sum + some.length, 0) };
  };
}

/** Where a word is found. */
interface Hits {
  readonly texts: readonly boolean[];
  readonly nodes: readonly boolean[];
  readonly classes: readonly boolean[];
  readonly outcomes: readonly boolean[];
}

function hitsOf(word: string, texts: readonly string[], nodes: readonly string[]): Hits {
  const holds = (text: string): boolean => text.includes(word);
  return {
    texts: texts.map(holds),
    nodes: nodes.map(holds),
    classes: FAILURE_CLASSES.map(holds),
    outcomes: OUTCOMES.map((outcome) => holds(outcome) || holds(outcomeWords[outcome])),
  };
}

function placesOf({ images }: RunData, runIndex: number, filter: Filter, hits: readonly Hits[]): number[] {
  const elsewhere = hits.filter(({ nodes }) => !nodes[runIndex]);
  const spellings = new Map(images.spellings.map(([place, ...others]) => [place, others]));
  const isFound = (place: number): boolean => {
    const texts = [images.image[place] ?? UNKNOWN, images.message[place] ?? UNKNOWN, ...(spellings.get(place) ?? [])];
    const [failureClass, outcome] = [images.class[place] ?? UNKNOWN, images.outcome[place] ?? UNKNOWN];
    return elsewhere.every(
      (hit) => texts.some((text) => hit.texts[text]) || hit.classes[failureClass] || hit.outcomes[outcome],
    );
  };
  const places: number[] = [];
  for (let place = 0; place < images.image.length; place++) {
    if (filter.outcomes.size > 0 && !filter.outcomes.has(images.outcome[place] ?? UNKNOWN)) continue;
    if (filter.class !== undefined && filter.class !== images.class[place]) continue;
    if (elsewhere.length === 0 || isFound(place)) places.push(place);
  }
  return places;
}
