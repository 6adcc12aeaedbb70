/**
 * The termination message of `larder remove`: what became of each image of its list, for whoever reads the pod's status.
 *
 *     larder-remove/1: 40 removed, 1 in-use, 1 failed
 *     failed: 3
 *     in-use: 7
 *     #3 rpc error: code = Unknown desc = …
 *
 * Numbers are indexes of the list as it was given; those that stand in no line were removed. There is room for 4096 bytes.
 */
import { fail, ok, type Result } from "../result.ts";
import { formatIndexes, parseIndexes } from "../run/index-ranges.ts";
import { REMOVAL_OUTCOMES, type Removal, type RemovalOutcome } from "./removal.ts";

const VERSION = "larder-remove/1";
const BYTES_MAX = 4096;
const WORDS_BYTES_MAX = 400;
const LISTED = ["failed", "in-use", "absent"] as const satisfies readonly RemovalOutcome[];

/** @param removals in the order of the list as it was given */
export function encodeRemovalMessage(removals: readonly Removal[]): string {
  const counts = REMOVAL_OUTCOMES.map((outcome) => ({ outcome, indexes: indexesOf(removals, outcome) }));
  const head = counts.filter(({ indexes }) => indexes.length > 0).map((one) => `${one.indexes.length} ${one.outcome}`);
  let text = `${VERSION}: ${head.join(", ") || "nothing"}\n`;
  for (const outcome of LISTED) {
    const { text: listed } = formatIndexes(indexesOf(removals, outcome), BYTES_MAX - text.length - outcome.length - 3);
    if (listed !== "") text += `${outcome}: ${listed}\n`;
  }
  const [first] = indexesOf(removals, "failed");
  const words = first === undefined ? "" : `#${first} ${plain(removals[first]?.message ?? "")}\n`;
  return text.length + words.length <= BYTES_MAX ? text + words : text;
}

/** For a run that removed nothing. @param problem for people */
export function encodeNothingRemoved(problem: string): string {
  return `${VERSION} stopped: ${plain(problem)}\n`;
}

/**
 * @param images the list as it was given
 * @returns the removals, or why there are none, as a clause
 */
export function decodeRemovalMessage(text: string, images: readonly string[]): Result<readonly Removal[], string> {
  const [head = "", ...lines] = text.trimEnd().split("\n");
  if (head.startsWith(`${VERSION} stopped: `)) return fail(head.slice(VERSION.length + " stopped: ".length));
  if (!head.startsWith(`${VERSION}: `)) return fail("it left no message that this Larder can read");
  const outcomes = new Map<number, RemovalOutcome>();
  for (const outcome of LISTED) {
    const line = lines.find((candidate) => candidate.startsWith(`${outcome}: `));
    const indexes = line === undefined ? ok([]) : parseIndexes(line.slice(outcome.length + 2), images.length);
    if (!indexes.ok) return fail(`its message ${indexes.error}`);
    for (const index of indexes.value) outcomes.set(index, outcome);
  }
  const removed = Number(/\b(\d+) removed/.exec(head)?.[1] ?? 0);
  // A list so long that not all of its indexes fit: nobody knows which of the others were removed.
  const isWhole = images.length - outcomes.size === removed;
  const rest: Pick<Removal, "outcome" | "message"> = isWhole
    ? { outcome: "removed" }
    : { outcome: "failed", message: "the message of the node's agent had no room for it" };
  const words = wordsOf(lines);
  return ok(
    images.map((image, index): Removal => {
      const outcome = outcomes.get(index);
      if (outcome === undefined) return { image, ...rest };
      return outcome === "failed" && words !== undefined ? { image, outcome, message: words } : { image, outcome };
    }),
  );
}

function indexesOf(removals: readonly Removal[], outcome: RemovalOutcome): readonly number[] {
  return removals.flatMap((removal, index) => (removal.outcome === outcome ? [index] : []));
}

function wordsOf(lines: readonly string[]): string | undefined {
  return lines.flatMap((line) => /^#\d+ (.+)$/.exec(line)?.[1] ?? [])[0];
}

/** On one line, in ASCII, so that characters are bytes. */
function plain(text: string): string {
  return text
    .replaceAll(/\s+/g, " ")
    .replaceAll(/[^\x20-\x7e]/g, "?")
    .slice(0, WORDS_BYTES_MAX);
}
