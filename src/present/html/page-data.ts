/**
 * What the page of the HTML report is made from. The page must open with the pulls of 5,000 nodes in it, so there is a
 * column for each fact, with a number for each image or attempt, and every text stands once in `texts`.
 */
import type { KnownImageOutcome, KnownRunOutcome } from "#domain/run/selectors.ts";

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
