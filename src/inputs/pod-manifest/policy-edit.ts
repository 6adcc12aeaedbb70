import { isScalar, type Scalar, type YAMLMap } from "yaml";
import type { ImagePlace } from "#domain/policy/image-places.ts";
import { ownPair, spanOf } from "./manifest-text.ts";

/** A piece of text in the place of another; `start` and `end` are equal for one that is put in. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * The edit that gives a container or an image volume its policy: in the place of the one it has, else behind its image, in the
 * way in which the image is written. undefined: the text has no place for it.
 */
export function policyEdit(
  text: string,
  map: YAMLMap,
  { imageKey, policyKey }: Pick<ImagePlace, "imageKey" | "policyKey">,
  policy: string,
): TextEdit | undefined {
  const written = ownPair(map, policyKey);
  if (written) return replaceValue(text, written, policy);
  const image = ownPair(map, imageKey);
  if (map.flow === true) return image && insertInFlow(text, image, policyKey, policy);
  return (image && insertBehind(text, image, policyKey, policy)) ?? insertBefore(text, map, policyKey, policy);
}

interface WrittenPair {
  readonly key: Scalar;
  readonly value: unknown;
}

/** Quotes stay. A key without a value gets one behind its colon. */
function replaceValue(text: string, { key, value }: WrittenPair, policy: string): TextEdit | undefined {
  const span = spanOf(value);
  if (span !== undefined && span[1] > span[0]) {
    const [start, end] = span;
    return { start, end, text: quotedAs(text.charAt(start), policy) };
  }
  const keyEnd = key.range?.[1];
  const colon = keyEnd === undefined ? -1 : text.indexOf(":", keyEnd);
  return colon === -1 ? undefined : { start: colon + 1, end: colon + 1, text: ` ${policy}` };
}

/** On a line of its own, if the image ends its line. */
function insertBehind(text: string, image: WrittenPair, policyKey: string, policy: string): TextEdit | undefined {
  const keyStart = image.key.range?.[0];
  const span = spanOf(image.value);
  if (keyStart === undefined || span === undefined || text.slice(...span).includes("\n")) return undefined;
  const lineEnd = endOfLine(text, span[1]);
  if (!/^[ \t]*(?:#.*)?$/.test(text.slice(span[1], lineEnd))) return undefined;
  const line = `${lineBreakOf(text, lineEnd)}${" ".repeat(columnOf(text, keyStart))}${pairAs(text, image, policyKey, policy)}`;
  return { start: lineEnd, end: lineEnd, text: line };
}

/** Before the first key, where the image's end is no place: a block scalar, an image that is merged in. */
function insertBefore(text: string, map: YAMLMap, policyKey: string, policy: string): TextEdit | undefined {
  const first: unknown = map.items[0]?.key;
  const start = spanOf(first)?.[0];
  if (start === undefined || !isScalar(first)) return undefined;
  const next = `${lineBreakOf(text, endOfLine(text, start))}${" ".repeat(columnOf(text, start))}`;
  return { start, end: start, text: `${policyKey}: ${policy}${next}` };
}

/** Behind the image and its comma-to-be, on a new line if the image has one of its own. */
function insertInFlow(text: string, image: WrittenPair, policyKey: string, policy: string): TextEdit | undefined {
  const keyStart = image.key.range?.[0];
  const end = spanOf(image.value)?.[1];
  if (keyStart === undefined || end === undefined) return undefined;
  const lineStart = startOfLine(text, keyStart);
  const before = text.slice(lineStart, keyStart);
  const isOnOwnLine = lineStart > 0 && /^[ \t]*$/.test(before);
  const gap = isOnOwnLine ? `${lineBreakOf(text, endOfLine(text, end))}${before}` : hasBlanks(text, image) ? " " : "";
  return { start: end, end, text: `,${gap}${pairAs(text, image, policyKey, policy)}` };
}

/** Key and value in the quotes that the image's have, with the same blanks between them. */
function pairAs(text: string, image: WrittenPair, policyKey: string, policy: string): string {
  const valueStart = spanOf(image.value)?.[0] ?? 0;
  const between = text.slice(image.key.range?.[1] ?? 0, valueStart);
  const colon = /^[ \t]*:[ \t]*$/.test(between) ? between : ": ";
  const keyQuote = text.charAt(image.key.range?.[0] ?? 0);
  return `${quotedAs(keyQuote, policyKey)}${colon}${quotedAs(text.charAt(valueStart), policy)}`;
}

function hasBlanks(text: string, { key, value }: WrittenPair): boolean {
  return /[ \t]/.test(text.slice(key.range?.[1] ?? 0, spanOf(value)?.[0] ?? 0));
}

/** @param first the first character of a value beside it */
function quotedAs(first: string, word: string): string {
  return first === '"' || first === "'" ? `${first}${word}${first}` : word;
}

function startOfLine(text: string, offset: number): number {
  return text.lastIndexOf("\n", offset - 1) + 1;
}

/** Before the line break, whatever it is. */
function endOfLine(text: string, offset: number): number {
  const feed = text.indexOf("\n", offset);
  if (feed === -1) return text.length;
  return text[feed - 1] === "\r" ? feed - 1 : feed;
}

function columnOf(text: string, offset: number): number {
  const column = offset - startOfLine(text, offset);
  // A byte order mark takes no column.
  return text.startsWith("\ufeff") && startOfLine(text, offset) === 0 ? column - 1 : column;
}

/** As at this end of a line, or, behind the last line, as before. */
function lineBreakOf(text: string, lineEnd: number): string {
  if (lineEnd < text.length) return text[lineEnd] === "\r" ? "\r\n" : "\n";
  return text.includes("\r\n") ? "\r\n" : "\n";
}
