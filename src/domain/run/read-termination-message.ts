import { FAILURE_CLASSES, type FailureClass } from "../failure/failure-class.ts";
import { fail, ok, type Result } from "../result.ts";
import type { RunOutcome } from "./event.ts";
import { parseIndexes } from "./index-ranges.ts";
import type { KnownImageOutcome } from "./selectors.ts";
import {
  OUTCOMES_BY_WEIGHT,
  TERMINATION_MESSAGE_IMAGES_MAX,
  TERMINATION_MESSAGE_VERSION,
} from "./termination-message.ts";

export type ToldRun =
  | {
      readonly kind: "run";
      readonly outcome: RunOutcome | "unfinished";
      readonly durationMs: number;
      readonly counts: ReadonlyMap<KnownImageOutcome, number>;
      /** By index of the list; undefined: there was no room to tell. */
      readonly images: readonly (ToldImage | undefined)[];
    }
  /** It could not begin, since what it was told is wrong. */
  | { readonly kind: "input"; readonly problem: string };

export interface ToldImage {
  /** `stocked`: pulled or present, it was not told which. */
  readonly outcome: KnownImageOutcome | "stocked";
  readonly class?: FailureClass;
  readonly message?: string;
}

type Told = Extract<ToldRun, { kind: "run" }>;
type Images = (ToldImage | undefined)[];

const headPattern = /^(\S{1,20}) in (\d{1,12}) ms: (\d{1,6}) images((?:, \d{1,6} [a-z]{1,20})*)$/;
const groupPattern = /^([a-z]{1,20})(?: ([a-z0-9-]{1,40}))?: ([\d,-]{1,4096})$/;
const wordsPattern = /^#(\d{1,6}) (.{1,4096})$/;
const runOutcomes = ["stocked", "incomplete", "deadline", "unreachable", "interrupted", "unfinished"] as const;

/**
 * Reads what `encodeTerminationMessage` wrote, whole or cut by a kubelet: the rest of a line without its end is left out.
 * @returns the error: why the text cannot be one, as a clause without a subject
 */
export function decodeTerminationMessage(text: string): Result<ToldRun, string> {
  const prefix = `${TERMINATION_MESSAGE_VERSION} `;
  if (!text.startsWith(prefix)) return fail(`does not begin with ${TERMINATION_MESSAGE_VERSION}`);
  const whole = text.slice(prefix.length);
  if (whole.startsWith("input: ")) return ok({ kind: "input", problem: whole.slice("input: ".length).trimEnd() });
  const [head = "", ...lines] = whole
    .slice(0, whole.lastIndexOf("\n") + 1)
    .split("\n")
    .slice(0, -1);
  const run = readHead(head);
  if (!run.ok) return run;
  const images: Images = Array.from({ length: run.value.total });
  for (const line of lines) {
    const read = line.startsWith("#") ? readWords(line, images) : readGroup(line, images);
    if (!read.ok) return read;
  }
  const { total: _total, ...told } = run.value;
  return withInferred({ kind: "run", ...told, images });
}

function readHead(line: string): Result<Omit<Told, "kind" | "images"> & { total: number }, string> {
  const [, word = "", durationMs, total, listed = ""] = headPattern.exec(line) ?? [];
  const outcome = runOutcomes.find((known) => known === word);
  if (outcome === undefined || Number(total) > TERMINATION_MESSAGE_IMAGES_MAX) return fail("has no outcome of a run");
  const counts = new Map<KnownImageOutcome, number>();
  for (const [, count, name] of listed.matchAll(/, (\d+) ([a-z]+)/g)) {
    const known = OUTCOMES_BY_WEIGHT.find((candidate) => candidate === name);
    if (known === undefined || counts.has(known)) return fail("has a count of something unknown, or two of one");
    counts.set(known, Number(count));
  }
  const sum = [...counts.values()].reduce((all, count) => all + count, 0);
  if (sum !== Number(total)) return fail("has counts that do not add up");
  return ok({ outcome, durationMs: Number(durationMs), total: Number(total), counts });
}

function readGroup(line: string, images: Images): Result<void, string> {
  const [, word, className, ranges = ""] = groupPattern.exec(line) ?? [];
  const outcome = OUTCOMES_BY_WEIGHT.find((known) => known === word);
  const failureClass = FAILURE_CLASSES.find((known) => known === className);
  if (outcome === undefined || (failureClass === undefined) !== (className === undefined)) {
    return fail("has a line that says nothing about images");
  }
  const indexes = parseIndexes(ranges, images.length);
  if (!indexes.ok) return indexes;
  const image: ToldImage = failureClass === undefined ? { outcome } : { outcome, class: failureClass };
  for (const index of indexes.value) {
    if (images[index] !== undefined) return fail(`tells of image ${index} twice`);
    images[index] = image;
  }
  return ok(undefined);
}

function readWords(line: string, images: Images): Result<void, string> {
  const [, index, message] = wordsPattern.exec(line) ?? [];
  const image = images[Number(index)];
  if (message === undefined || image === undefined) return fail("has words about no image");
  images[Number(index)] = { ...image, message };
  return ok(undefined);
}

/** Where all are told that are not there, the others are. */
function withInferred(run: Told): Result<Told, string> {
  const told = new Map<string, number>();
  for (const image of run.images) if (image) told.set(image.outcome, (told.get(image.outcome) ?? 0) + 1);
  const untold = (outcome: KnownImageOutcome): number => (run.counts.get(outcome) ?? 0) - (told.get(outcome) ?? 0);
  const overtold = OUTCOMES_BY_WEIGHT.find((outcome) => untold(outcome) < 0);
  if (overtold !== undefined) return fail(`lists more images as ${overtold} than it counts`);
  const isEachBadOneTold = OUTCOMES_BY_WEIGHT.every((outcome) => isGood(outcome) || untold(outcome) === 0);
  if (!isEachBadOneTold) return ok(run);
  const stocked: ToldImage = { outcome: "stocked" };
  return ok({ ...run, images: run.images.map((image) => image ?? stocked) });
}

function isGood(outcome: KnownImageOutcome): boolean {
  return outcome === "pulled" || outcome === "present";
}
