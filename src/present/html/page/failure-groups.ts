/** Why images are not there, grouped by cause, then by the runtime's words. */
import { FAILURE_CLASSES } from "#domain/failure/failure-class.ts";
import type { KnownImageOutcome } from "#domain/run/selectors.ts";
import { OUTCOMES, type PageData, RESULTS, UNKNOWN } from "../page-data.ts";
import { outcomeReasons, outcomeWords } from "./outcome-words.ts";
import type { Selection } from "./select.ts";

export interface FailureGroup {
  /** `not-found`, or for images that were not done `not done at the deadline: rate-limited`. */
  readonly cause: string;
  /** Images on nodes. */
  count: number;
  /** Indices in `texts`. */
  readonly images: Set<number>;
  /** Indices in `runs`. */
  readonly runs: Set<number>;
  /** What to do about it: indices in `texts`. */
  readonly advice: Set<number>;
  /** What the outcome means; undefined for images that failed. */
  readonly reason: string | undefined;
  /** By index in `texts`; UNKNOWN: there are no words. */
  readonly words: Map<number, Words>;
}

export interface Words {
  readonly message: number;
  count: number;
  readonly images: Set<number>;
  readonly runs: Set<number>;
}

/** The largest first; groups of one size keep the order in which they appear. */
export function failureGroups(data: PageData, { places }: Selection): readonly FailureGroup[] {
  const groups = new Map<string, FailureGroup>();
  for (const [run, { images }] of data.runs.entries()) {
    for (const place of places[run] ?? []) {
      const outcome = OUTCOMES[images.outcome[place] ?? UNKNOWN];
      const cause = causeOf(outcome, images.class[place] ?? UNKNOWN);
      if (outcome === undefined || cause === undefined) continue;
      const group = ensureGroup(groups, cause, outcomeReasons[outcome]);
      const words = ensureWords(group, images.message[place] ?? UNKNOWN);
      const advice = images.advice[place] ?? UNKNOWN;
      if (advice !== UNKNOWN) group.advice.add(advice);
      for (const counted of [group, words]) {
        counted.count += 1;
        counted.images.add(images.image[place] ?? UNKNOWN);
        counted.runs.add(run);
      }
    }
  }
  return [...groups.values()].toSorted((a, b) => b.count - a.count);
}

/** The words of a group, the most frequent first. */
export function wordsOf(group: FailureGroup): readonly Words[] {
  return [...group.words.values()].toSorted((a, b) => b.count - a.count);
}

function causeOf(outcome: KnownImageOutcome | undefined, failureClass: number): string | undefined {
  const name = FAILURE_CLASSES[failureClass];
  if (outcome === undefined || outcome === "pulled" || outcome === "present") return undefined;
  if (outcome === "failed") return name ?? outcomeWords.failed;
  return name === undefined ? outcomeWords[outcome] : `${outcomeWords[outcome]}: ${name}`;
}

function ensureGroup(groups: Map<string, FailureGroup>, cause: string, reason: string | undefined): FailureGroup {
  const known = groups.get(cause);
  if (known) return known;
  const made: FailureGroup = {
    cause,
    count: 0,
    images: new Set(),
    runs: new Set(),
    advice: new Set(),
    reason,
    words: new Map(),
  };
  groups.set(cause, made);
  return made;
}

function ensureWords({ words }: FailureGroup, message: number): Words {
  const known = words.get(message);
  if (known) return known;
  const made: Words = { message, count: 0, images: new Set(), runs: new Set() };
  words.set(message, made);
  return made;
}

/** Failed attempts of images that are there in the end: class and number, the most frequent first. */
export function madeUpFor(data: PageData): readonly (readonly [cause: string, count: number])[] {
  const counts = new Map<string, number>();
  const failed = RESULTS.indexOf("failed");
  const pulled = OUTCOMES.indexOf("pulled");
  for (const { images, attempts } of data.runs) {
    for (const [index, place] of attempts.image.entries()) {
      if (attempts.result[index] !== failed || images.outcome[place] !== pulled) continue;
      const cause = FAILURE_CLASSES[attempts.class[index] ?? UNKNOWN] ?? "unknown";
      counts.set(cause, (counts.get(cause) ?? 0) + 1);
    }
  }
  return [...counts].toSorted(([, a], [, b]) => b - a);
}
