/**
 * Writes pull policies into manifests. An edit is right only if the text says afterwards what it said before, but for the policies
 * that were meant: aliases and merge keys let one place of the text speak for several of the cluster. So every result is read
 * again and compared, and a document that does not stand this is left as it was, and named.
 */
import type { Issue, Place } from "#domain/issue.ts";
import type { DecideChange } from "#domain/policy/change.ts";
import { type ImagePlace, imagePlaces } from "#domain/policy/image-places.ts";
import { ok, type Result } from "#domain/result.ts";
import { placeOfOffset } from "../place.ts";
import { type ManifestDocument, mapAt, ownPair, readManifests } from "./manifest-text.ts";
import { settle } from "./settle.ts";

export interface AppliedPolicies {
  /** Byte for byte the old text where nothing changes. */
  readonly text: string;
  readonly changed: readonly ChangedPolicy[];
  /** Images that are known and keep what they have. */
  readonly left: readonly LeftPolicy[];
  /** Images in documents that cannot be changed without changing something else, too. */
  readonly issues: readonly Issue[];
}

interface NamedPlace extends Pick<ImagePlace, "image" | "about"> {
  /** In the old text. */
  readonly at: Place;
}

interface ChangedPolicy extends NamedPlace {
  /** null: there was none. */
  readonly from: string | null;
  readonly to: string;
}

interface LeftPolicy extends NamedPlace {
  readonly why: string;
}

/**
 * @param file what issues and places call the text
 * @returns the new text, or why the text cannot be read: then it is to be left alone
 */
export function applyPolicies(file: string, text: string, decide: DecideChange): Result<AppliedPolicies, Issue> {
  const read = readManifests(file, text);
  if (!read.ok) return read;
  const old = { text, documents: read.value };
  const settled = settle(old, decide);
  const changed: ChangedPolicy[] = [];
  const left: LeftPolicy[] = [];
  const issues: Issue[] = [];
  for (const [index, document] of old.documents.entries()) {
    for (const place of imagePlaces(document.value)) {
      const change = decide(place);
      if (change === undefined) continue;
      const { image, about, policy } = place;
      const named = { image, about, at: placeIn(file, text, document, place) };
      if (change.kind === "leave") left.push({ ...named, why: change.why });
      else if (settled.leftAlone.has(index)) issues.push(tangled(named));
      else changed.push({ ...named, from: typeof policy === "string" ? policy : null, to: change.to });
    }
  }
  return ok({ text: settled.text, changed, left, issues });
}

function placeIn(file: string, text: string, { document }: ManifestDocument, place: ImagePlace): Place {
  const map = mapAt(document, place.path);
  const image = map && ownPair(map, place.imageKey);
  return placeOfOffset(file, text, image?.key.range?.[0] ?? map?.range?.[0] ?? 0);
}

function tangled({ about, image, at }: NamedPlace): Issue {
  const problem = `the policy of ${image} (${about}) cannot be written here without changing something else, which an anchor shares with it`;
  return { code: "MANIFEST_TANGLED", at, problem, remedy: "write it by hand; the document is left alone" };
}
