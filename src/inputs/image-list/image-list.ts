/**
 * Image lists: one image reference a line, `#` comments, blank lines; `${NAME}` is filled by `--set NAME=VALUE` and by
 * nothing else, so that a list means the same on every machine.
 */
import { type ImageReference, parseImageReference } from "#domain/image/reference.ts";
import type { Issue, Place } from "#domain/issue.ts";
import { quote } from "../quote.ts";

/** One image as somebody asked for it, with the place where they did. */
export interface ListedReference {
  readonly reference: ImageReference;
  readonly at: Place;
}

export interface ImageList {
  readonly references: readonly ListedReference[];
  /** Everything that is wrong with the text; not empty: the list must not be used. */
  readonly issues: readonly Issue[];
  /** Names of the placeholders that it has, filled or not. */
  readonly placeholders: readonly string[];
}

/** Values of placeholders by name. */
export type Placeholders = ReadonlyMap<string, string>;

/** Reads the text of a list file. All issues are collected; each has line and column. */
export function parseImageList(file: string, text: string, placeholders: Placeholders): ImageList {
  const references: ListedReference[] = [];
  const issues: Issue[] = [];
  const lines = text.replace(/^\ufeff/, "").split(/\r\n|\n|\r/);
  for (const [index, line] of lines.entries()) {
    const entry = line.replace(/(?:^|\s)#.*$/, "");
    const written = entry.trim();
    if (written === "") continue;
    const at = { file, line: index + 1, column: entry.indexOf(written) + 1 };
    const read = parseListedImage(written, at, placeholders);
    if ("issues" in read) issues.push(...read.issues);
    else references.push(read);
  }
  return { references, issues, placeholders: placeholderNames(text) };
}

/** Images given on the command line, read by the same rules; their place is `argument N`. */
export function parseImageArguments(images: readonly string[], placeholders: Placeholders): ImageList {
  const read = images.map((image, index) => parseListedImage(image, { file: `argument ${index + 1}` }, placeholders));
  return {
    references: read.flatMap((entry) => ("issues" in entry ? [] : [entry])),
    issues: read.flatMap((entry) => ("issues" in entry ? entry.issues : [])),
    placeholders: placeholderNames(images.join("\n")),
  };
}

/** One image; `at` is where its first character stands. */
export function parseListedImage(
  written: string,
  at: Place,
  placeholders: Placeholders,
): ListedReference | { issues: readonly Issue[] } {
  const filled = fillPlaceholders(written, at, placeholders);
  if (typeof filled !== "string") return filled;
  const reference = parseImageReference(filled);
  if (reference.ok) return { reference: reference.value, at };
  return {
    issues: [
      {
        code: "IMAGE_REFERENCE_INVALID",
        at,
        problem: `${quote(filled)} ${reference.error}`,
        remedy: "correct it, or leave it out",
      },
    ],
  };
}

const placeholder = /\$\{([^}]*)\}?/g;
const placeholderName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Names of the placeholders in a text, filled or not. */
export function placeholderNames(text: string): string[] {
  return Array.from(text.matchAll(placeholder), ([, name = ""]) => name);
}

function fillPlaceholders(
  written: string,
  at: Place,
  placeholders: Placeholders,
): string | { issues: readonly Issue[] } {
  const issues: Issue[] = [];
  const filled = written.replace(placeholder, (whole, name: string, offset: number) => {
    const place = at.column === undefined ? at : { ...at, column: at.column + offset };
    const value = placeholders.get(name);
    if (value !== undefined) return value;
    issues.push(placeholderIssue(whole, name, place));
    return "";
  });
  return issues.length > 0 ? { issues } : filled;
}

function placeholderIssue(whole: string, name: string, at: Place): Issue {
  if (!whole.endsWith("}") || !placeholderName.test(name)) {
    return {
      code: "PLACEHOLDER_MALFORMED",
      at,
      problem: `${quote(whole)} is not a placeholder`,
      remedy: "write ${NAME} with letters, digits and underscores (there are no defaults and no other forms)",
    };
  }
  return {
    code: "PLACEHOLDER_UNSET",
    at,
    problem: `\${${name}} has no value`,
    remedy: `give one with --set ${name}=VALUE`,
  };
}

/** Values that no list has a placeholder for: mostly a name that was misspelt. */
export function unusedPlaceholders(used: readonly string[], placeholders: Placeholders): Issue[] {
  return [...placeholders.keys()]
    .filter((name) => !used.includes(name))
    .map((name) => ({
      code: "PLACEHOLDER_UNUSED",
      at: { file: "--set" },
      problem: `no image has \${${name}} in it`,
      remedy: "check the name, or leave the option out",
    }));
}
