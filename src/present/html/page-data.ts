/**
 * What the page of the HTML report is made from. The page must open with the pulls of 5,000 nodes in it, so there is a
 * column for each fact, with a number for each image or attempt, and every text stands once in `texts`.
 */
import { FAILURE_CLASSES, type FailureClass } from "#domain/failure/failure-class.ts";
import type { RunRecord } from "#domain/run/run-record.ts";
import type { KnownImageOutcome, KnownRunOutcome } from "#domain/run/selectors.ts";
import { resultOf } from "../json/result.ts";

/** In the place of a number that nobody knows. */
export const UNKNOWN = -1;

/** The outcomes that the numbers of `ImageColumns.outcome` stand for, the best first. */
export const OUTCOMES = [
  "pulled",
  "present",
  "failed",
  "deadline",
  "interrupted",
  "halted",
  "unfinished",
] as const satisfies readonly KnownImageOutcome[];

/** What the numbers of `AttemptColumns.result` stand for. */
export const RESULTS = ["running", "succeeded", "failed"] as const;

export interface PageData {
  readonly runs: readonly RunData[];
  readonly texts: readonly string[];
}

export interface RunData {
  readonly run: string;
  readonly node: string;
  readonly outcome: KnownRunOutcome;
  readonly larder: string | null;
  readonly runtime: string | null;
  readonly startedMs: number;
  readonly durationMs: number;
  readonly warnings: readonly string[];
  readonly images: ImageColumns;
  readonly attempts: AttemptColumns;
}

/** Of each image of the run, in the order of the list. */
export interface ImageColumns {
  /** Index in `texts`, as message and advice. */
  readonly image: readonly number[];
  readonly outcome: readonly number[];
  readonly attempts: readonly number[];
  readonly durationMs: readonly number[];
  readonly sizeBytes: readonly number[];
  /** Index in FAILURE_CLASSES. */
  readonly class: readonly number[];
  readonly message: readonly number[];
  readonly advice: readonly number[];
  /** Place of an image in these columns, then its other spellings: only for images that have some. */
  readonly spellings: readonly (readonly number[])[];
}

/** Of each attempt, image by image. */
export interface AttemptColumns {
  /** Place in ImageColumns. */
  readonly image: readonly number[];
  readonly attempt: readonly number[];
  /** Since the run started. */
  readonly startMs: readonly number[];
  readonly durationMs: readonly number[];
  readonly result: readonly number[];
  readonly class: readonly number[];
  /** Index in `texts`, as the credential. */
  readonly message: readonly number[];
  readonly credential: readonly number[];
}

/** The JSON text of PageData, piece by piece; the texts come last, when all are known. */
export function* pageData(runs: readonly RunRecord[]): Generator<string> {
  const texts = new TextIndex();
  yield '{"runs":[';
  for (const [index, run] of runs.entries()) yield `${index === 0 ? "" : ","}${JSON.stringify(runData(run, texts))}`;
  yield '],"texts":[';
  for (const [index, text] of texts.all().entries()) yield `${index === 0 ? "" : ","}${JSON.stringify(text)}`;
  yield "]}";
}

class TextIndex {
  readonly #places = new Map<string, number>();

  placeOf(text: string | null): number {
    if (text === null) return UNKNOWN;
    const place = this.#places.get(text) ?? this.#places.size;
    this.#places.set(text, place);
    return place;
  }

  all(): readonly string[] {
    return [...this.#places.keys()];
  }
}

function runData(run: RunRecord, texts: TextIndex): RunData {
  const { runtime } = run;
  const { outcome, durationMs, images } = resultOf(run);
  return {
    run: run.run,
    node: run.node,
    outcome,
    larder: run.larder,
    runtime: runtime.kind === "connected" ? `${runtime.name} ${runtime.version}` : null,
    startedMs: run.startedMs,
    durationMs,
    warnings: run.warnings.map(({ message }) => message),
    images: {
      image: images.map(({ image }) => texts.placeOf(image)),
      outcome: images.map((image) => OUTCOMES.indexOf(image.outcome)),
      attempts: images.map(({ attempts }) => attempts),
      durationMs: images.map((image) => image.durationMs ?? UNKNOWN),
      sizeBytes: images.map(({ sizeBytes }) => sizeBytes ?? UNKNOWN),
      class: images.map((image) => placeOfClass(image.class)),
      message: images.map(({ message }) => texts.placeOf(message)),
      advice: images.map(({ advice }) => texts.placeOf(advice)),
      spellings: spellingsOf(images, texts),
    },
    attempts: attemptColumns(run, texts),
  };
}

function spellingsOf(
  images: readonly { readonly image: string; readonly names: readonly string[] }[],
  texts: TextIndex,
): number[][] {
  return images.flatMap(({ image, names }, place) => {
    const others = names.filter((name) => name !== image);
    return others.length > 0 ? [[place, ...others.map((name) => texts.placeOf(name))]] : [];
  });
}

/** Filled in one pass, since 5,000 nodes have half a million attempts. */
function attemptColumns(run: RunRecord, texts: TextIndex): AttemptColumns {
  const columns = {
    image: new Array<number>(),
    attempt: new Array<number>(),
    startMs: new Array<number>(),
    durationMs: new Array<number>(),
    result: new Array<number>(),
    class: new Array<number>(),
    message: new Array<number>(),
    credential: new Array<number>(),
  } satisfies AttemptColumns;
  let place = 0;
  for (const { attempts } of run.images.values()) {
    for (const attempt of attempts) {
      columns.image.push(place);
      columns.attempt.push(attempt.attempt);
      columns.startMs.push(attempt.startedMs - run.startedMs);
      columns.durationMs.push(attempt.durationMs ?? UNKNOWN);
      columns.result.push(RESULTS.indexOf(attempt.result));
      columns.class.push(placeOfClass(attempt.class));
      columns.message.push(texts.placeOf(attempt.message));
      columns.credential.push(texts.placeOf(attempt.credential));
    }
    place += 1;
  }
  return columns;
}

function placeOfClass(failureClass: FailureClass | null): number {
  return failureClass === null ? UNKNOWN : FAILURE_CLASSES.indexOf(failureClass);
}
