import { findNodeAtLocation, type Node, type ParseError, parseTree } from "jsonc-parser";
import { findDuplicateKeys } from "#domain/json/duplicate-keys.ts";
import { formatJsonPath, type JsonPath } from "#domain/json/json-path.ts";
import { fail, ok, type Result } from "#domain/result.ts";
import { placeOfOffset } from "../place.ts";
import type { DocumentProblem, LocatedDocument } from "./document.ts";

export function parseLocatedJson(file: string, text: string): Result<LocatedDocument, readonly DocumentProblem[]> {
  const value = parseJson(text);
  if (!value.ok) return fail([{ at: placeOfOffset(file, text, syntaxErrorOffset(text)), problem: "is not JSON" }]);
  const duplicates = findDuplicateKeys(text).map(({ path, offset }) => ({
    at: placeOfOffset(file, text, offset),
    problem: `has "${formatJsonPath(path)}" twice`,
  }));
  if (duplicates.length > 0) return fail(duplicates);
  const tree = parseTree(text);
  return ok({
    value: value.value,
    placeOf: (path) => placeOfOffset(file, text, offsetOf(tree, path)),
  });
}

function parseJson(text: string): Result<unknown, undefined> {
  try {
    return ok(JSON.parse(text));
  } catch {
    return fail(undefined);
  }
}

function syntaxErrorOffset(text: string): number {
  const errors: ParseError[] = [];
  parseTree(text, errors, { disallowComments: true });
  return errors[0]?.offset ?? text.length;
}

function offsetOf(tree: Node | undefined, path: JsonPath): number {
  for (let length = path.length; length > 0; length--) {
    const node = tree && findNodeAtLocation(tree, path.slice(0, length));
    if (node) return node.parent?.type === "property" ? node.parent.offset : node.offset;
  }
  return tree?.offset ?? 0;
}
