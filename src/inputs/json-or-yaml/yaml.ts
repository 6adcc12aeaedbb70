import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isSeq,
  parseAllDocuments,
  type ScalarTag,
  type Tags,
  type YAMLError,
} from "yaml";
import type { JsonPath } from "#domain/json/json-path.ts";
import { fail, ok, type Result } from "#domain/result.ts";
import { placeOfOffset } from "../place.ts";
import type { DocumentProblem, LocatedDocument, PlaceOf } from "./document.ts";
import { findOverlappingMerges, keyText } from "./merged-keys.ts";

/** Aliases may not blow a small text up to a large value. */
const ALIASES_MAX = 100;

/**
 * Kubernetes reads YAML 1.1 (sigs.k8s.io/yaml), in which `yes` and `on` are true; but what looks like a time of day or a
 * date stays text there.
 */
export function parseLocatedYaml(file: string, text: string): Result<LocatedDocument, readonly DocumentProblem[]> {
  const [document] = parseAllDocuments(text, {
    version: "1.1",
    merge: true,
    uniqueKeys: true,
    prettyErrors: false,
    logLevel: "silent",
    customTags: asKubernetesReads,
  });
  if (!document || !("contents" in document))
    return ok({ value: null, places: async () => () => ({ file, line: 1, column: 1 }) });
  if (document.errors.length > 0) return fail(document.errors.map((error) => problemOf(file, text, error)));
  const overlapping = findOverlappingMerges(document).map((key) => ({
    at: placeOfOffset(file, text, startOf(key)),
    problem: "has a key twice, once by <<",
  }));
  if (overlapping.length > 0) return fail(overlapping);
  const value = valueOf(document);
  if (!value.ok) return fail([{ at: { file, line: 1, column: 1 }, problem: value.error }]);
  const placeOf: PlaceOf = (path) => placeOfOffset(file, text, offsetOf(document, path));
  return ok({ value: value.value, places: async () => placeOf });
}

/** Octal numbers of YAML 1.2 beside those of 1.1. */
const octal: ScalarTag = {
  tag: "tag:yaml.org,2002:int",
  default: true,
  test: /^[-+]?0o[0-7]+$/,
  resolve: (text) => Number(text.replace(/^[-+]/, "")),
};

const binary: ScalarTag = {
  tag: "tag:yaml.org,2002:binary",
  resolve: (base64) => Buffer.from(base64, "base64").toString("utf8"),
};

function asKubernetesReads(tags: Tags): Tags {
  const kept = tags.filter(
    (tag) => typeof tag === "string" || (tag.format !== "TIME" && !/:(?:timestamp|binary)$/.test(tag.tag)),
  );
  return [octal, binary, ...kept];
}

function valueOf(document: Document): Result<unknown, string> {
  try {
    return ok(document.toJS({ maxAliasCount: ALIASES_MAX }));
  } catch (error) {
    return fail(
      error instanceof ReferenceError ? "has aliases that cannot be followed" : "is not YAML that Kubernetes reads",
    );
  }
}

/** The parser's messages quote the text, which may hold a secret, so only what kind of error it is is said. */
function problemOf(file: string, text: string, { code, pos }: YAMLError): DocumentProblem {
  const problem =
    code === "DUPLICATE_KEY" ? "has a key twice" : `is not YAML (${code.toLowerCase().replaceAll("_", " ")})`;
  return { at: placeOfOffset(file, text, pos[0]), problem };
}

function offsetOf(document: Document, path: JsonPath): number {
  let node: unknown = document.contents;
  let offset = startOf(node);
  for (const step of path) {
    const inside: unknown = isAlias(node) ? node.resolve(document) : node;
    if (isMap(inside)) {
      const pair = inside.items.find((item) => keyText(item.key) === String(step));
      if (!pair) break;
      offset = startOf(pair.key);
      node = pair.value;
    } else if (isSeq(inside)) {
      node = inside.items[Number(step)];
      if (node === undefined) break;
      offset = startOf(node);
    } else break;
  }
  return offset;
}

function startOf(node: unknown): number {
  return (isNode(node) ? node.range?.[0] : undefined) ?? 0;
}
