/**
 * Takes secrets out of texts that others wrote: a runtime's error may quote the address that it asked, with a signature in its query, and a
 * registry may send the password back. Known secrets are found in every spelling in which they travel; unknown ones by where they stand.
 */
import type { SecretText } from "../credentials/secret-text.ts";

const MASK = "***";
/** Shorter texts are ordinary words: masking them would destroy the message and protect nothing. */
const SECRET_LENGTH_MIN = 4;

const userInfo = /([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/"'<>\\]{1,4096}@(?!sha(?:256|384|512):)/gi;
const authorization =
  /(\bauthorization\\?["']?\s{0,4}[:=]\s{0,4}\\?["'[]{0,2}(?:basic|bearer|negotiate)\s{1,4})[^\s"',;\]\\]{1,8192}/gi;
/** Schemes whose value is a list of parameters. */
const authorizationList =
  /(\bauthorization\\?["']?\s{0,4}[:=]\s{0,4}\\?["'[]{0,2}(?:digest|aws4-hmac-sha256)\s{1,4})[^\r\n]{1,8192}/gi;
const bareScheme = /\b([Bb]asic|[Bb]earer|BASIC|BEARER)(\s{1,4})(?=[a-z.~+/=-]{0,400}[0-9A-Z])[\w.~+/=-]{20,8192}/g;
const queryNames =
  "(?:x-(?:amz|goog|ms|oss)-)?(?:signature|security-token|credential)|(?:access|refresh|id|identity|registry|auth|session|security)[-_]?token|token|sig|auth|password|passwd|pwd|secret|client[-_]secret|api[-_]?key|access[-_]?key(?:[-_]?id)?|awsaccesskeyid|googleaccessid|policy|key-pair-id|verify|hmac|code";
const queryValue = new RegExp(`([?&;](?:${queryNames})=)[^&\\s"'<>#\\\\]{1,8192}`, "gi");
const jsonNames =
  "authorization|(?:access|refresh|id|identity|registry|auth|session)[-_]?token|token|password|passwd|secret|client[-_]secret|auth|api[-_]?key";
const jsonValue = new RegExp(`(\\\\?"(?:${jsonNames})\\\\?"\\s{0,4}:\\s{0,4}\\\\?")[^"\\\\]{1,8192}`, "gi");
const assignedPassword = /(\b(?:password|passwd|secret|client_secret)=)[^\s&"',;\\]{1,4096}/gi;
const jsonWebToken = /\beyJ[\w-]{5,8192}\.[\w-]{5,8192}\.[\w-]{0,8192}/g;

/**
 * Replaces by `***`: every given secret of four characters and more (as it is, percent-encoded, quoted as Go and JSON quote it, and within any
 * base64 text, which covers `user:password`), user info in addresses, values of Authorization headers, token-like query parameters and JSON
 * members, and JSON web tokens.
 */
export function redactText(text: string, secrets: readonly SecretText[]): string {
  const known = secrets.map((secret) => secret.reveal()).filter((secret) => secret.length >= SECRET_LENGTH_MIN);
  return removeKnown(maskPlaces(removeKnown(text, known)), known);
}

function maskPlaces(text: string): string {
  return text
    .replaceAll(userInfo, `$1${MASK}@`)
    .replaceAll(authorization, `$1${MASK}`)
    .replaceAll(authorizationList, `$1${MASK}`)
    .replaceAll(bareScheme, `$1$2${MASK}`)
    .replaceAll(queryValue, `$1${MASK}`)
    .replaceAll(jsonValue, `$1${MASK}`)
    .replaceAll(assignedPassword, `$1${MASK}`)
    .replaceAll(jsonWebToken, MASK);
}

function removeKnown(text: string, secrets: readonly string[]): string {
  const longestFirst = [...new Set(secrets)].sort((a, b) => b.length - a.length);
  const patterns = longestFirst.map((secret) => new RegExp(anySpelling(secret), "g"));
  return withoutBase64(withoutSpellings(text, patterns), [...new Set(secrets.flatMap(base64Fragments))]);
}

/** A mask next to what is left may spell a secret again (`****`), so this goes on until none is there; each round shortens the text. */
function withoutSpellings(text: string, patterns: readonly RegExp[]): string {
  const once = patterns.reduce((rest, pattern) => rest.replaceAll(pattern, () => MASK), text);
  return once === text ? text : withoutSpellings(once, patterns);
}

/** Each character as it is, percent-encoded, as a form encodes it, or escaped once or twice as in JSON and Go's `%q`. */
function anySpelling(secret: string): string {
  return Array.from(secret, (character) => {
    const escaped = JSON.stringify(character).slice(1, -1);
    const escapedTwice = JSON.stringify(escaped).slice(1, -1);
    const plain = [...new Set([escapedTwice, escaped, character])].map(literally);
    return `(?:${[...plain, percentEncoded(character), ...(character === " " ? ["\\+"] : [])].join("|")})`;
  }).join("");
}

function literally(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

/** In either case of the hexadecimal digits. */
function percentEncoded(character: string): string {
  return Array.from(Buffer.from(character, "utf8"), (octet) => {
    const digits = octet.toString(16).padStart(2, "0");
    return `%${digits.replaceAll(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`)}`;
  }).join("");
}

/**
 * What base64 of any text that contains the secret must contain: for each of the three ways in which the secret can lie across groups of three
 * octets, the characters that depend on nothing else.
 */
function base64Fragments(secret: string): readonly string[] {
  const octets = Buffer.from(secret, "utf8");
  return [0, 1, 2].flatMap((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), octets])
      .toString("base64")
      .replace(/=+$/, "");
    const first = Math.ceil((shift * 8) / 6);
    const last = Math.floor(((shift + octets.length) * 8) / 6);
    const inner = encoded.slice(first, last);
    return inner.length >= SECRET_LENGTH_MIN ? [inner, inner.replaceAll("+", "-").replaceAll("/", "_")] : [];
  });
}

const base64Run = /[A-Za-z0-9+/_-]{4,}={0,2}/g;

function withoutBase64(text: string, fragments: readonly string[]): string {
  if (!fragments.some((fragment) => text.includes(fragment))) return text;
  return text.replaceAll(base64Run, (run) => (fragments.some((fragment) => run.includes(fragment)) ? MASK : run));
}
