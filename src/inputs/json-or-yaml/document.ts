/**
 * Configuration that Kubernetes takes as JSON or YAML, with the place of each value.
 *
 * Which of the two it is decides the first character, as in Kubernetes (k8s.io/apimachinery, serializer/recognizer): what
 * starts with `{` is JSON and nothing else, everything else is YAML, of which the first document counts.
 */

import type { Place } from "#domain/issue.ts";
import type { JsonPath } from "#domain/json/json-path.ts";
import type { Result } from "#domain/result.ts";

export interface LocatedDocument {
  readonly value: unknown;
  /** Gives the place of a value, or of the nearest one around it that is there; of a field, where its name starts. */
  readonly places: () => Promise<PlaceOf>;
}

export type PlaceOf = (path: JsonPath) => Place;

/** Why a text is no document; never with a value from the text. */
export interface DocumentProblem {
  readonly at: Place;
  readonly problem: string;
}

export async function parseJsonOrYaml(
  file: string,
  text: string,
): Promise<Result<LocatedDocument, readonly DocumentProblem[]>> {
  if (/^\s*\{/.test(text) && !text.startsWith("\ufeff"))
    return (await import("./json.ts")).parseLocatedJson(file, text);
  return (await import("./yaml.ts")).parseLocatedYaml(file, text);
}
