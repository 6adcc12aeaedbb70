import { isDeepStrictEqual } from "node:util";
import type { DecideChange } from "#domain/policy/change.ts";
import { changesIn, intended } from "./intent.ts";
import { type ManifestDocument, mapAt, readManifests } from "./manifest-text.ts";
import { policyEdit, type TextEdit } from "./policy-edit.ts";

/** A merge key can bring a policy to a container that then needs another of its own. */
const ROUNDS_MAX = 3;

export interface ManifestText {
  readonly text: string;
  readonly documents: readonly ManifestDocument[];
}

export interface Settled {
  readonly text: string;
  /** Indexes of documents that would have to change and cannot. */
  readonly leftAlone: ReadonlySet<number>;
}

/** Changes all documents that can be changed without changing anything else. */
export function settle(old: ManifestText, decide: DecideChange): Settled {
  const wants = old.documents.flatMap(({ value }, index) => (changesIn(value, decide).length > 0 ? [index] : []));
  const whole = settleThese(old, decide, new Set(wants));
  if (whole !== undefined) return { text: whole, leftAlone: new Set() };
  // One of them cannot be changed, so each is tried alone, and then all that can be together.
  const able = wants.filter((index) => settleThese(old, decide, new Set([index])) !== undefined);
  const text = settleThese(old, decide, new Set(able));
  const left = text === undefined ? wants : wants.filter((index) => !able.includes(index));
  return { text: text ?? old.text, leftAlone: new Set(left) };
}

/** @returns the text in which these documents have their policies, or undefined if anything else would change, too */
function settleThese(old: ManifestText, decide: DecideChange, these: ReadonlySet<number>): string | undefined {
  let { text, documents } = old;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const edits = documents.flatMap((document, index) => (these.has(index) ? editsOf(text, document, decide) : []));
    if (edits.length === 0) break;
    text = withEdits(text, edits);
    const read = readManifests("", text);
    if (!read.ok || read.value.length !== documents.length) return undefined;
    documents = read.value;
  }
  const isRight = old.documents.every(({ value: before }, index) => {
    const after = documents[index]?.value;
    if (!these.has(index)) return isDeepStrictEqual(before, after);
    return (
      changesIn(after, decide).length === 0 && isDeepStrictEqual(intended(before, decide), intended(after, decide))
    );
  });
  return isRight ? text : undefined;
}

function editsOf(text: string, { document, value }: ManifestDocument, decide: DecideChange): readonly TextEdit[] {
  return changesIn(value, decide).flatMap(({ place, to }) => {
    const map = mapAt(document, place.path);
    return (map && policyEdit(text, map, place, to)) ?? [];
  });
}

/** One edit that is meant twice, by an alias, is made once. */
function withEdits(text: string, edits: readonly TextEdit[]): string {
  const pieces: string[] = [];
  let taken = 0;
  let last: TextEdit | undefined;
  for (const edit of edits.toSorted((a, b) => a.start - b.start)) {
    if (last?.start === edit.start) continue;
    pieces.push(text.slice(taken, edit.start), edit.text);
    taken = edit.end;
    last = edit;
  }
  return [...pieces, text.slice(taken)].join("");
}
