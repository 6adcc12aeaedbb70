import { findDuplicateKeys } from "#domain/json/duplicate-keys.ts";
import { formatJsonPath } from "#domain/json/json-path.ts";
import { fail, ok, type Result } from "#domain/result.ts";
import { placeOfOffset } from "../place.ts";
import type { DocumentProblem, LocatedDocument } from "./document.ts";

/** What knows positions is loaded only when one is wanted (docs/decisions/0003-places-in-json.md). */
export async function parseLocatedJson(
  file: string,
  text: string,
): Promise<Result<LocatedDocument, readonly DocumentProblem[]>> {
  const value = parseJson(text);
  if (!value.ok) {
    const { placeOfSyntaxError } = await import("./json-places.ts");
    return fail([{ at: placeOfSyntaxError(file, text), problem: "is not JSON" }]);
  }
  const duplicates = findDuplicateKeys(text).map(({ path, offset }) => ({
    at: placeOfOffset(file, text, offset),
    problem: `has "${formatJsonPath(path)}" twice`,
  }));
  if (duplicates.length > 0) return fail(duplicates);
  return ok({ value: value.value, places: async () => (await import("./json-places.ts")).placesInJson(file, text) });
}

function parseJson(text: string): Result<unknown, undefined> {
  try {
    return ok(JSON.parse(text));
  } catch {
    return fail(undefined);
  }
}
