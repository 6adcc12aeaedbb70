/**
 * YAML documents with the place of everything in them. It is YAML 1.2, in which `on` and `yes` are text; keys may not be there twice;
 * aliases are followed, merge keys (`<<`) are not.
 */
import { type Document, isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseAllDocuments, visit } from "yaml";
import type { Issue, Place } from "#domain/issue.ts";

export type FieldPath = readonly PropertyKey[];

export interface YamlDocument {
  readonly value: unknown;
  readonly start: Place;
  /** Where a value starts, behind an opening quote; of one that is not there, the nearest one around it. */
  placeOf(path: FieldPath): Place;
  /** Where the name of a field starts; of a list's entry, where that starts. */
  placeOfName(path: FieldPath): Place;
  /** A plain value exactly as it is written. */
  sourceOf(path: FieldPath): string | undefined;
}

/** Aliases may not blow a small text up to a large value. */
const ALIASES_MAX = 100;

/** @returns the documents that can be read, without empty ones, and what is wrong with the text */
export function readYamlDocuments(file: string, text: string): { documents: YamlDocument[]; issues: Issue[] } {
  const lineCounter = new LineCounter();
  const placeAt: PlaceAt = (offset) => {
    const { line, col } = lineCounter.linePos(offset);
    return { file, line, column: col };
  };
  const options = { lineCounter, prettyErrors: false, uniqueKeys: true, logLevel: "silent" } as const;
  const documents: YamlDocument[] = [];
  const issues: Issue[] = [];
  for (const document of parseAllDocuments(text, options)) {
    const problems = problemsIn(document, text, placeAt);
    issues.push(...problems.issues);
    if (problems.readable && !isEmpty(document)) documents.push(locatedDocument(document, placeAt));
  }
  return { documents, issues };
}

type PlaceAt = (offset: number) => Place;

/** Keys that are there twice leave the document readable, so that everything else that is wrong can be said, too. */
function problemsIn(document: Document, text: string, placeAt: PlaceAt): { issues: Issue[]; readable: boolean } {
  const duplicates = document.errors.filter(({ code }) => code === "DUPLICATE_KEY");
  const broken = [...syntaxProblems(document, text, placeAt), ...aliasProblems(document, placeAt)];
  const names = duplicates.length > 0 ? namesByOffset(document) : undefined;
  const twice = duplicates.map(({ pos }) => duplicateKey(names?.get(pos[0]) ?? "a field", placeAt(pos[0])));
  return { issues: [...twice, ...broken], readable: broken.length === 0 };
}

/** One issue a place: what the parser says next about the same one follows from the first. */
function syntaxProblems(document: Document, text: string, placeAt: PlaceAt): Issue[] {
  const found = [...document.errors, ...document.warnings].filter(({ code }) => code !== "DUPLICATE_KEY");
  const tooDeep = found.find(({ code }) => code === "RESOURCE_EXHAUSTION");
  if (tooDeep !== undefined) return [invalid(placeAt(tooDeep.pos[0]), "the YAML is nested too deeply")];
  const byOffset = new Map(found.toReversed().map(({ pos, message }) => [pos[0], message]));
  return Array.from(byOffset, ([offset, message]) => {
    const issue = invalid(placeAt(offset), `this is not YAML (${asClause(message)})`);
    const isPlaceholder = text.slice(offset - 1, offset + 1) === "${";
    return isPlaceholder ? { ...issue, remedy: "write the image in quotes, since a brace ends it otherwise" } : issue;
  });
}

function aliasProblems(document: Document, placeAt: PlaceAt): Issue[] {
  const issues: Issue[] = [];
  let count = 0;
  visit(document, {
    Alias(_key, alias) {
      count++;
      if (count > ALIASES_MAX) return visit.BREAK;
      if (alias.resolve(document) === undefined) {
        issues.push(invalid(placeAt(offsetOf(alias)), `the alias *${alias.source} has no anchor before it`));
      }
      return undefined;
    },
  });
  if (count > ALIASES_MAX) issues.push(invalid(placeAt(0), `there are more than ${ALIASES_MAX} aliases`));
  return issues;
}

function namesByOffset(document: Document): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  visit(document, { Pair: (_key, { key }) => void names.set(offsetOf(key), JSON.stringify(nameOf(key))) });
  return names;
}

function isEmpty({ contents }: Document): boolean {
  return contents === null || (isScalar(contents) && contents.value === null);
}

function locatedDocument(document: Document, placeAt: PlaceAt): YamlDocument {
  const find = (path: FieldPath): Found => findNode(document, path);
  return {
    value: document.toJS({ maxAliasCount: ALIASES_MAX }),
    start: placeAt(offsetOf(document.contents)),
    placeOf: (path) => {
      const { node, name } = find(path);
      return placeAt(isNode(node) ? offsetOf(node) + (isQuoted(node) ? 1 : 0) : offsetOf(name));
    },
    placeOfName: (path) => placeAt(offsetOf(find(path).name)),
    sourceOf: (path) => {
      const { node, isExact } = find(path);
      return isExact && isScalar(node) ? node.source : undefined;
    },
  };
}

interface Found {
  readonly node: unknown;
  /** The key behind which it stands, or the entry itself. */
  readonly name: unknown;
  /** False: the path leads further than the document. */
  readonly isExact: boolean;
}

function findNode(document: Document, path: FieldPath): Found {
  let found: Found = { node: document.contents, name: document.contents, isExact: true };
  for (const step of path) {
    const around: unknown = isAlias(found.node) ? found.node.resolve(document) : found.node;
    const inside = stepInto(around, step);
    if (inside === undefined) return { ...found, isExact: false };
    found = inside;
  }
  return found;
}

function stepInto(around: unknown, step: PropertyKey): Found | undefined {
  if (isMap(around)) {
    const pair = around.items.find(({ key }) => nameOf(key) === String(step));
    return pair && { node: pair.value, name: pair.key, isExact: true };
  }
  const item: unknown = isSeq(around) ? around.items[Number(step)] : undefined;
  return item === undefined ? undefined : { node: item, name: item, isExact: true };
}

function nameOf(key: unknown): string {
  return isScalar(key) ? String(key.value) : String(key);
}

function offsetOf(node: unknown): number {
  return (isNode(node) ? node.range?.[0] : undefined) ?? 0;
}

function isQuoted(node: unknown): boolean {
  return isScalar(node) && (node.type === "QUOTE_DOUBLE" || node.type === "QUOTE_SINGLE");
}

/** The parser's sentences, as the clauses that issues are made of. */
function asClause(message: string): string {
  const first = message.split("\n", 1)[0] ?? "";
  return first.charAt(0).toLowerCase() + first.slice(1).replace(/\.$/, "");
}

function invalid(at: Place, problem: string): Issue {
  return { code: "YAML_INVALID", at, problem, remedy: "correct it" };
}

function duplicateKey(name: string, at: Place): Issue {
  return { code: "FIELD_DUPLICATE", at, problem: `${name} is there twice`, remedy: "remove one of them" };
}
