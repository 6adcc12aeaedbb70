/**
 * Images that may run although no Stock has them: base images of a mesh, a debugger. `*` stands for any characters; in the registry's name
 * it does not go past a slash, so that `*.example.com/*` takes no `evil.io/a.example.com/x`. A pattern is held against the normalized name
 * (`docker.io/library/nginx:latest`), so it is normalized itself: `nginx:*` means `docker.io/library/nginx:*`, and without any `*` it is an
 * image reference like every other.
 */
import { normalizedImage, parseImageReference } from "../image/reference.ts";
import { fail, ok, type Result } from "../result.ts";

export interface AllowPattern {
  /** Normalized: `quay.io/acme/*`. */
  readonly pattern: string;
  /** Why; people who read the guard are told. */
  readonly reason: string;
}

const LENGTH_MAX = 500;
/** Of reasons: they stand in an annotation. */
const REASON_LENGTH_MAX = 500;
const patternText = /^[A-Za-z0-9._:@/*[\]-]+$/;

/**
 * @param text `PATTERN=REASON`; a reference has no `=`, so the first one ends the pattern
 * @returns the pattern, or what is wrong, as a clause that follows the quoted text
 */
export function parseAllowPattern(text: string): Result<AllowPattern, string> {
  const equals = text.indexOf("=");
  const written = equals === -1 ? text : text.slice(0, equals);
  const reason = equals === -1 ? "" : text.slice(equals + 1).trim();
  if (reason === "") return fail("gives no reason");
  if (reason.length > REASON_LENGTH_MAX) return fail(`gives a reason of more than ${REASON_LENGTH_MAX} characters`);
  const pattern = normalizePattern(written.trim());
  return pattern.ok ? ok({ pattern: pattern.value, reason }) : pattern;
}

/** @param image normalized */
export function isAllowedImage(image: string, allowed: readonly AllowPattern[]): boolean {
  return allowed.some(({ pattern }) => new RegExp(patternExpression(pattern)).test(image));
}

/** The pattern, if it has no wildcard. */
export function exactPattern(pattern: string): string | undefined {
  return pattern.includes("*") ? undefined : pattern;
}

/** What comes before its only wildcard, if that is its end: most patterns are so, and cost little. */
export function prefixPattern(pattern: string): string | undefined {
  const start = pattern.slice(0, -1);
  return pattern.endsWith("*") && !start.includes("*") && start.includes("/") ? start : undefined;
}

/** A regular expression that CEL (RE2) and JavaScript read alike. */
export function patternExpression(pattern: string): string {
  const slash = pattern.indexOf("/");
  return `^${escaped(pattern.slice(0, slash), "[^/]*")}${escaped(pattern.slice(slash), ".*")}$`;
}

function escaped(text: string, wildcard: string): string {
  return text.replace(/[.*[\]]/g, (character) => {
    if (character === "*") return wildcard;
    return character === "." ? "[.]" : `\\${character}`;
  });
}

function normalizePattern(written: string): Result<string, string> {
  if (!written.includes("*")) {
    const reference = parseImageReference(written);
    return reference.ok ? ok(normalizedImage(reference.value)) : reference;
  }
  if (!patternText.test(written)) return fail("has characters that no image reference has");
  if (written.length > LENGTH_MAX) return fail(`has more than ${LENGTH_MAX} characters`);
  if (/^[*/]*$/.test(written)) return fail("allows every image, which is as good as no guard");
  return completePattern(written);
}

/** As references are completed (image/reference.ts), as far as a wildcard leaves no doubt. */
function completePattern(written: string): Result<string, string> {
  const slash = written.indexOf("/");
  const first = slash === -1 ? "" : written.slice(0, slash);
  const rest = written.slice(slash + 1);
  if (slash === -1) {
    if (written.startsWith("*")) return fail("does not say of which registry; write it as docker.io/library/…");
    return ok(`docker.io/library/${written}`);
  }
  if (first === "docker.io" || first === "index.docker.io") {
    const isWithoutTeam = !rest.includes("/") && !rest.startsWith("*");
    return ok(`docker.io/${isWithoutTeam ? "library/" : ""}${rest}`);
  }
  const isHost = first === "localhost" || /[.:]/.test(first) || first.toLowerCase() !== first;
  if (isHost) return ok(written);
  if (first.includes("*")) return fail("has a wildcard where its registry's name should be");
  return ok(`docker.io/${written}`);
}
