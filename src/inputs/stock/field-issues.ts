/** What the schema found, in words that say what to write instead, and with the place in the file. */
import type { z } from "zod";
import type { Issue, IssueCode, Place } from "#domain/issue.ts";
import { nearestWord } from "#domain/nearest-word.ts";
import { quote } from "../quote.ts";
import { STOCK_FIELDS } from "./schema.ts";
import type { FieldPath, YamlDocument } from "./yaml-documents.ts";

type Found = z.core.$ZodIssue;

/** What others call a field of a Stock. */
const otherNames: Readonly<Record<string, string>> = {
  "spec.imagePullSecrets": "pullSecrets",
  "spec.nodeSelector": "nodes.selector",
  "spec.tolerations": "nodes.tolerations",
  "spec.images.image": "ref",
  "spec.images.name": "ref",
  "spec.images.pullSecrets": "secrets",
  "spec.nodes.nodeSelector": "selector",
  "spec.nodes.labels": "selector",
  "spec.nodes.architecture": "arch",
};

const selectorForms = "write the labels themselves, as in pool: ci, or text, as in pool in (ci, qa)";

/** Forms that a field has elsewhere in Kubernetes. */
const remedyForForm: Readonly<Record<string, string>> = {
  "spec.nodes.selector.matchLabels": selectorForms,
  "spec.nodes.selector.matchExpressions": selectorForms,
  "spec.images": "write a list with one image an entry, each after a hyphen",
};

/** @returns everything that was found */
export function fieldIssues(found: readonly Found[], document: YamlDocument): Issue[] {
  return found.flatMap((issue) => issuesOf(issue, issue.path, document));
}

function issuesOf(found: Found, path: FieldPath, document: YamlDocument): Issue[] {
  switch (found.code) {
    case "unrecognized_keys":
      return found.keys.map((key) => unknownField([...path, key], document));
    case "invalid_union":
      return unionIssues(found.errors, path, document);
    case "invalid_key":
      return found.issues.map((issue) => badName(issue, path, document));
    case "invalid_type":
      return [wrongType([found.expected], path, document)];
    case "invalid_value":
      return [wrongWord(found.values.map(String), path, document)];
    case "too_small":
      return [outOfRange(`write at least ${found.minimum}`, path, document)];
    case "too_big":
      return [outOfRange(`write at most ${found.maximum}`, path, document)];
    default:
      return [badValue(found, path, document)];
  }
}

/** Of several forms, the one that was meant is the one whose type the value has. */
function unionIssues(forms: readonly Found[][], path: FieldPath, document: YamlDocument): Issue[] {
  const expected = forms.map((found) => found.flatMap((issue) => typeExpectedBy(issue) ?? []));
  const meant = forms.find((_, index) => expected[index]?.length === 0);
  if (meant === undefined) return [wrongType(expected.flat(), path, document)];
  return meant.flatMap((issue) => issuesOf(issue, [...path, ...issue.path], document));
}

function typeExpectedBy(issue: Found): string | undefined {
  return issue.code === "invalid_type" && issue.path.length === 0 ? issue.expected : undefined;
}

function unknownField(path: FieldPath, document: YamlDocument): Issue {
  const remedy = remedyForUnknown(placeName(path.slice(0, -1)), String(path.at(-1)));
  return invalid("FIELD_UNKNOWN", document.placeOfName(path), `${quote(formatPath(path))} is an unknown field`, remedy);
}

function remedyForUnknown(place: string, name: string): string {
  const fields = STOCK_FIELDS.get(place) ?? [];
  const meant = otherNames[place === "" ? name : `${place}.${name}`] ?? nearestWord(name, fields);
  if (meant !== undefined) return `did you mean ${meant}?`;
  const [elsewhere] = [...STOCK_FIELDS].find(([other, names]) => other !== place && names.includes(name)) ?? [];
  if (elsewhere !== undefined) return elsewhere === "" ? "move it to the top" : `move it under ${elsewhere}`;
  return `remove it; known are ${fields.join(", ")}`;
}

function wrongType(expected: readonly string[], path: FieldPath, document: YamlDocument): Issue {
  const value = valueAt(document.value, path);
  const subject = quote(formatPath(path));
  const wanted = expected.map(nameOfType).join(" or ");
  if (value === undefined) return missing(path, document, "add it");
  if (value === null) {
    const remedy = `give it ${wanted}, or remove it`;
    return invalid("FIELD_INVALID", document.placeOfName(path), `${subject} is empty`, remedy);
  }
  const isTextWithoutQuotes = expected.includes("string") && (typeof value === "number" || typeof value === "boolean");
  const inQuotes = `write it in quotes: "${document.sourceOf(path) ?? ""}"`;
  const remedy = isTextWithoutQuotes ? inQuotes : (remedyForForm[placeName(path)] ?? `make it ${wanted}`);
  return invalid(
    "FIELD_INVALID",
    document.placeOf(path),
    `${subject} is ${kindOf(value)}${isTextWithoutQuotes ? ", not text" : ""}`,
    remedy,
  );
}

function wrongWord(words: readonly string[], path: FieldPath, document: YamlDocument): Issue {
  const value = valueAt(document.value, path);
  const all = words.join(", ").replace(/, ([^,]*)$/, " or $1");
  if (value === undefined) return missing(path, document, `write ${String(path.at(-1))}: ${all}`);
  const near = words.length > 1 && typeof value === "string" ? nearestWord(value, words) : undefined;
  const remedy = near === undefined ? `write ${all}` : `did you mean ${near}?`;
  const shown = typeof value === "string" ? quote(value) : kindOf(value);
  return invalid("FIELD_INVALID", document.placeOf(path), `${quote(formatPath(path))} is ${shown}`, remedy);
}

function outOfRange(remedy: string, path: FieldPath, document: YamlDocument): Issue {
  const problem = `${quote(formatPath(path))} is ${String(valueAt(document.value, path))}`;
  return invalid("FIELD_INVALID", document.placeOf(path), problem, remedy);
}

/** What a field's own parser found: a clause about the value. */
function badValue(found: Found, path: FieldPath, document: YamlDocument): Issue {
  const value = valueAt(document.value, path);
  if (value === undefined) return missing(path, document, remedyIn(found));
  const subject = typeof value === "string" ? quote(value) : quote(formatPath(path));
  return invalid("FIELD_INVALID", document.placeOf(path), `${subject} ${found.message}`, remedyIn(found));
}

/** The same about the name of an entry. */
function badName(found: Found, path: FieldPath, document: YamlDocument): Issue {
  const problem = `${quote(String(path.at(-1)))} ${found.message}`;
  return invalid("FIELD_INVALID", document.placeOfName(path), problem, remedyIn(found));
}

function missing(path: FieldPath, document: YamlDocument, remedy: string): Issue {
  const problem = `${quote(formatPath(path))} is missing`;
  return invalid("FIELD_MISSING", document.placeOfName(path), problem, remedy);
}

function invalid(code: IssueCode, at: Place, problem: string, remedy: string): Issue {
  return { code, at, problem, remedy };
}

function remedyIn(found: Found): string {
  const remedy: unknown = found.code === "custom" ? found.params?.["remedy"] : undefined;
  return typeof remedy === "string" ? remedy : "correct it";
}

function valueAt(value: unknown, path: FieldPath): unknown {
  return path.reduce<unknown>((around, step) => {
    return typeof around === "object" && around !== null ? Reflect.get(around, step) : undefined;
  }, value);
}

/** `spec.images[2].ref` */
function formatPath(path: FieldPath): string {
  const text = path.map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`)).join("");
  return text.replace(/^\./, "") || "the document";
}

/** The place as `STOCK_FIELDS` names it. */
function placeName(path: FieldPath): string {
  return path.filter((step) => typeof step !== "number").join(".");
}

const typeNames: Readonly<Record<string, string>> = {
  string: "text",
  object: "a map",
  record: "a map",
  array: "a list",
  int: "a whole number",
  number: "a whole number",
};

function nameOfType(type: string): string {
  return typeNames[type] ?? type;
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return value === null ? "empty" : "a map";
  if (typeof value === "string") return "text";
  return typeof value === "number" || typeof value === "boolean" ? String(value) : typeof value;
}
