import { findNodeAtLocation, type ParseError, parseTree } from "jsonc-parser";
import type { Place } from "#domain/issue.ts";
import { placeOfOffset } from "../place.ts";
import type { PlaceOf } from "./document.ts";

export function placesInJson(file: string, text: string): PlaceOf {
  const tree = parseTree(text);
  return (path) => {
    for (let length = path.length; length > 0; length--) {
      const node = tree && findNodeAtLocation(tree, path.slice(0, length));
      if (node) return placeOfOffset(file, text, node.parent?.type === "property" ? node.parent.offset : node.offset);
    }
    return placeOfOffset(file, text, tree?.offset ?? 0);
  };
}

export function placeOfSyntaxError(file: string, text: string): Place {
  const errors: ParseError[] = [];
  parseTree(text, errors, { disallowComments: true });
  return placeOfOffset(file, text, errors[0]?.offset ?? text.length);
}
