/**
 * The text of a file with manifests, YAML or JSON, and what it says. Texts are changed at the places of single values, and never
 * written anew, so that comments, order, quoting and line ends stay as somebody wrote them.
 */
import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  parseAllDocuments,
  type Scalar,
  type YAMLMap,
} from "yaml";
import type { Issue } from "#domain/issue.ts";
import type { ManifestPath } from "#domain/policy/image-places.ts";
import { fail, ok, type Result } from "#domain/result.ts";
import { placeOfOffset } from "../place.ts";

/** Aliases may not blow a small text up to a large value. */
const ALIASES_MAX = 1_000;

export interface ManifestDocument {
  readonly document: Document;
  /** Without aliases and merge keys; undefined where the document is empty. */
  readonly value: unknown;
}

/** @returns the documents, or why the text has none that can be read: a template, for example */
export function readManifests(file: string, text: string): Result<readonly ManifestDocument[], Issue> {
  const parsed = parseAllDocuments(text, { merge: true, prettyErrors: false, logLevel: "silent" });
  const documents: ManifestDocument[] = [];
  for (const document of parsed) {
    const [wrong] = document.errors;
    if (wrong !== undefined) return fail(unreadable(file, text, wrong.pos[0], asClause(wrong.message)));
    try {
      documents.push({ document, value: plainValue(document) });
    } catch (error) {
      return fail(unreadable(file, text, 0, asClause(error instanceof Error ? error.message : String(error))));
    }
  }
  return ok(documents);
}

/** By JSON, so that what an alias names twice is there twice. */
function plainValue(document: Document): unknown {
  const text = JSON.stringify(document.toJS({ maxAliasCount: ALIASES_MAX })) as string | undefined;
  return text === undefined ? undefined : JSON.parse(text);
}

function unreadable(file: string, text: string, offset: number, why: string): Issue {
  const what = text.includes("{{") ? "a template and no YAML" : "not YAML";
  return {
    code: "YAML_INVALID",
    at: placeOfOffset(file, text, offset),
    problem: `this is ${what} (${why})`,
    remedy: "the file is left alone",
  };
}

function asClause(message: string): string {
  const first = message.split("\n", 1)[0] ?? "";
  return first.charAt(0).toLowerCase() + first.slice(1).replace(/\.$/, "");
}

/** The map at a path, through aliases and merge keys. */
export function mapAt(document: Document, path: ManifestPath): YAMLMap | undefined {
  let node = resolved(document, document.contents);
  for (const step of path)
    node = resolved(document, isSeq(node) ? node.items[Number(step)] : valueIn(document, node, step));
  return isMap(node) ? node : undefined;
}

/** A map's own pair. */
export function ownPair(map: YAMLMap, key: string): { readonly key: Scalar; readonly value: unknown } | undefined {
  for (const pair of map.items)
    if (isScalar(pair.key) && pair.key.value === key) return { key: pair.key, value: pair.value };
  return undefined;
}

/** An own value comes before what is merged in, and of several that are merged the first one counts. */
function valueIn(document: Document, node: unknown, key: string | number): unknown {
  if (!isMap(node)) return undefined;
  const own = ownPair(node, String(key));
  if (own) return own.value;
  for (const source of mergedMaps(document, node)) {
    const value = valueIn(document, source, key);
    if (value !== undefined) return value;
  }
  return undefined;
}

function mergedMaps(document: Document, map: YAMLMap): unknown[] {
  return map.items.flatMap(({ key, value }) => {
    if (!isScalar(key) || key.source !== "<<" || key.type !== "PLAIN") return [];
    const source = resolved(document, value);
    return isSeq(source) ? source.items.map((item) => resolved(document, item)) : [source];
  });
}

function resolved(document: Document, node: unknown): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

/** From where to where the text of a value goes, anchors, tags and comments left out. */
export function spanOf(node: unknown): readonly [start: number, end: number] | undefined {
  const range = isNode(node) ? node.range : undefined;
  return range ? [range[0], range[1]] : undefined;
}
