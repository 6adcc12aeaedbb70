/**
 * The termination message of `larder fetch`: how a run in a container tells the cluster what came of it, without a service, a port or a log.
 * It stands in the pod's status, where `kubectl describe` shows it and `larder await` reads it.
 *
 *     larder/1 incomplete in 5210 ms: 48 images, 1 failed, 1 deadline, 46 pulled
 *     failed not-found: 3
 *     deadline rate-limited: 7
 *     pulled: 0-2,4-6,8-47
 *     #3 rpc error: code = NotFound desc = failed to resolve reference
 *
 * Numbers are indexes of the list of images as it was given. There is room for 4096 bytes, and for less where the pod has more than three
 * containers: the kubelet gives all of a pod 12 KiB, in equal shares, and cuts (kubelet status_manager.go normalizeStatus). So the lines
 * stand in the order of their weight, and each ends with a line end, so that a cut one is known: counts, then what is not there, then what
 * is, then the runtime's words. What does not fit is counted and not listed; where only good ones are missing, the reader knows which.
 */
import { FAILURE_CLASSES, type FailureClass } from "../failure/failure-class.ts";
import type { RunOutcome } from "./event.ts";
import { formatIndexes } from "./index-ranges.ts";
import type { KnownImageOutcome } from "./selectors.ts";

const TERMINATION_MESSAGE_BYTES = 4096;
/** Also the kubelet's word for a message that it shows. */
export const TERMINATION_MESSAGE_VERSION = "larder/1";
/** More images than any list has that a pod's annotation can carry. */
export const TERMINATION_MESSAGE_IMAGES_MAX = 100_000;

/** Those that are not there first, what is final before what is not. */
export const OUTCOMES_BY_WEIGHT = [
  "failed",
  "halted",
  "deadline",
  "interrupted",
  "unfinished",
  "pulled",
  "present",
] as const satisfies readonly KnownImageOutcome[];

export interface TerminatedRun {
  /** `unfinished`: it broke in the middle. */
  readonly outcome: RunOutcome | "unfinished";
  readonly durationMs: number;
  /** In the order of the list as it was given. */
  readonly images: readonly TerminatedImage[];
}

export interface TerminatedImage {
  readonly outcome: KnownImageOutcome;
  readonly class?: FailureClass;
  /** The runtime's words. */
  readonly message?: string;
}

const WORDS_BYTES_MAX = 400;

/** @returns at most `maxBytes` of UTF-8, however many images there are */
export function encodeTerminationMessage(run: TerminatedRun, maxBytes = TERMINATION_MESSAGE_BYTES): string {
  const text = new BoundedText(maxBytes);
  const groups = groupsOf(run.images);
  text.addLine(headOf(run, groups));
  const listed = groups.map(({ name, indexes }) => {
    const fitting = formatIndexes(indexes, text.room - `${name}: \n`.length);
    if (fitting.count > 0) text.addLine(`${name}: ${fitting.text}`);
    return indexes.slice(0, fitting.count);
  });
  for (const index of spokenFor(listed)) {
    const words = oneLine(run.images[index]?.message ?? "");
    if (words !== "") text.addLine(`#${index} ${cutToBytes(words, WORDS_BYTES_MAX)}`);
  }
  return text.value;
}

/** For a run that could not begin, since what it was told is wrong. @param problem for people, of any length */
export function encodeWrongInput(problem: string, maxBytes = TERMINATION_MESSAGE_BYTES): string {
  const head = `${TERMINATION_MESSAGE_VERSION} input: `;
  return `${head}${cutToBytes(oneLine(problem), maxBytes - head.length - 1)}\n`;
}

interface Group {
  /** `failed not-found`, `pulled`. */
  readonly name: string;
  readonly outcome: KnownImageOutcome;
  readonly indexes: readonly number[];
}

function groupsOf(images: readonly TerminatedImage[]): readonly Group[] {
  const byName = new Map<string, { readonly outcome: KnownImageOutcome; readonly indexes: number[] }>();
  images.forEach(({ outcome, class: failureClass }, index) => {
    const name = failureClass === undefined ? outcome : `${outcome} ${failureClass}`;
    const group = byName.get(name);
    if (group) group.indexes.push(index);
    else byName.set(name, { outcome, indexes: [index] });
  });
  const weight = ({ outcome, name }: Group): number =>
    OUTCOMES_BY_WEIGHT.indexOf(outcome) * (FAILURE_CLASSES.length + 1) +
    FAILURE_CLASSES.findIndex((failureClass) => name.endsWith(` ${failureClass}`));
  const groups = Array.from(byName, ([name, group]) => ({ name, ...group }));
  return groups.sort((a, b) => weight(a) - weight(b));
}

function headOf(run: TerminatedRun, groups: readonly Group[]): string {
  const counts = OUTCOMES_BY_WEIGHT.map((outcome) => {
    const count = groups
      .filter((group) => group.outcome === outcome)
      .reduce((sum, { indexes }) => sum + indexes.length, 0);
    return count === 0 ? "" : `, ${count} ${outcome}`;
  });
  const duration = `in ${Math.max(0, Math.round(run.durationMs))} ms`;
  return `${TERMINATION_MESSAGE_VERSION} ${run.outcome} ${duration}: ${run.images.length} images${counts.join("")}`;
}

/** The first of each group, then the others, so that each kind of failure has its words before one has all the room. */
function spokenFor(groups: readonly (readonly number[])[]): readonly number[] {
  return [...groups.flatMap((indexes) => indexes.slice(0, 1)), ...groups.flatMap((indexes) => indexes.slice(1))];
}

/** Lines up to a number of bytes; one that does not fit is left out. */
class BoundedText {
  value = "";
  room: number;

  constructor(bytes: number) {
    this.room = bytes;
  }

  addLine(line: string): void {
    const bytes = Buffer.byteLength(line) + 1;
    if (bytes > this.room) return;
    this.value += `${line}\n`;
    this.room -= bytes;
  }
}

function oneLine(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, " ")
    .toWellFormed()
    .trim();
}

function cutToBytes(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  let cut = "";
  let room = bytes - Buffer.byteLength("…");
  for (const character of text) {
    room -= Buffer.byteLength(character);
    if (room < 0) break;
    cut += character;
  }
  return `${cut}…`;
}
