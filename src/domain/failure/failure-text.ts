/**
 * What the rules look at: the runtime's words without the names in them.
 *
 * Image names, addresses, paths and digests are chosen by people and may say anything (`ops/denied-403`, `timeout:v1`), so they are
 * masked before a rule reads the text. A name cannot contain a blank; that is why most rules are phrases of two words and more.
 */
import { GRPC_STATUS_NAMES } from "./grpc-status.ts";
import { httpStatusOf } from "./http-status.ts";

export interface FailureText {
  /** Lower case, names masked, at most a few KiB. */
  readonly text: string;
  /** The failed HTTP answer that the text reports. */
  readonly httpStatus: number | undefined;
  /** gRPC status name as the runtime gave it, else as the text quotes it: `NotFound`; empty where neither says one. */
  readonly grpcCode: string;
}

/** A message can be MiBs of a web page; what matters stands at its start (who speaks) or at its end (the root cause). */
const HEAD_LENGTH = 8 * 1024;
const TAIL_LENGTH = 8 * 1024;

const grpcPrefix = /rpc error: code = (\w{1,20}) desc = ?/g;
const grpcJsPrefix = /^(\d{1,2}) [A-Z_]{2,20}: /;
/** The docker API wraps every failure of a pull in a 500 of its own (dockerode, old kubelets): not an answer of the registry. */
const dockerApiPrefix = /\(http code \d{3}\) [a-z ]{1,40} - |\bapi error \(\d{3}\): /gi;
const escapedBlank = /\\[nrt]/g;
const escapedQuote = /\\"/g;
/** Go's `%q` of a name that the sentence announces as one. */
const announcedName = /\b(image|reference|input:|ref|tag|repository|name|manifest for) "[^"]{0,512}"/gi;
/** The same without quotes; `status code [manifests v1]` is containerd's. */
const announcedBareName =
  /\b(reading manifest|manifest for|access denied for|pull failed for|pull of) [^\s"',;‹]{1,512}/gi;
const announcedPath = /\[(manifests|blobs) [^\]]{0,512}\]/gi;
const word = /[^\s"'`<>()[\]{},;|]+/g;
const termsWithSlash =
  /^(?:i\/o|input\/output|read\/write|net\/http|archive\/tar|fork\/exec|username\/password|ssl\/tls|tls\/ssl|http\/[\d.x]+|(?:linux|windows|darwin|freebsd)\/\S*)$/;

/** @param text one error's words, already capped and taken apart (joined-errors.ts) */
export function readFailureText(text: string, grpcCode: string | undefined): FailureText {
  const words = text
    .replaceAll(grpcPrefix, "")
    .replace(grpcJsPrefix, "")
    .replaceAll(dockerApiPrefix, "")
    .replaceAll(escapedBlank, "\n")
    .replaceAll(escapedQuote, '"');
  const masked = maskNames(words);
  return { text: masked, httpStatus: httpStatusOf(masked), grpcCode: nameOfCode(grpcCode, text) };
}

/** Keeps head and tail of an over-long text. */
export function capped(text: string): string {
  if (text.length <= HEAD_LENGTH + TAIL_LENGTH) return text;
  return `${text.slice(0, HEAD_LENGTH)} … ${text.slice(-TAIL_LENGTH)}`;
}

function nameOfCode(grpcCode: string | undefined, text: string): string {
  const quoted = /rpc error: code = (\w{1,20}) desc = /.exec(text)?.[1] ?? grpcJsPrefix.exec(text)?.[1];
  const code = grpcCode ?? quoted ?? "";
  return /^\d+$/.test(code) ? (GRPC_STATUS_NAMES[Number(code)] ?? "") : code;
}

function maskNames(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(announcedName, '$1 "‹name›"')
    .replaceAll(announcedBareName, "$1 ‹name›")
    .replaceAll(announcedPath, "[$1 ‹name›]")
    .replaceAll(word, maskWord)
    .trim();
}

function maskWord(whole: string): string {
  const colon = whole.endsWith(":") ? ":" : "";
  const name = colon ? whole.slice(0, -1) : whole;
  if (name.includes("://")) return maskAddress(name) + colon;
  if (/sha(?:256|384|512):/.test(name)) return `${name.includes("/") ? "‹name›" : "‹digest›"}${colon}`;
  if (!name.includes("/") || termsWithSlash.test(name)) return whole;
  if (/^(?:application|text)\//.test(name)) return maskMediaType(name) + colon;
  if (/^\.{0,2}\/|^[a-z]:\\/.test(name)) return `‹path›${colon}`;
  return `‹name›${colon}`;
}

/** Three kinds of media type say by themselves what is wrong. */
function maskMediaType(name: string): string {
  if (name === "text/html") return "‹html›";
  if (/prettyjws|docker\.distribution\.manifest\.v1\b/.test(name)) return "‹schema1›";
  return name.endsWith("+encrypted") ? "‹encrypted›" : "‹type›";
}

/** Some runtimes glue the status to the address: `https://host/v2/?ns=a:503 Service Unavailable`. */
function maskAddress(address: string): string {
  const glued = /\/\S*(:[45]\d\d)$/.exec(address.slice(address.indexOf("://") + 3))?.[1];
  return glued === undefined ? "‹url›" : `‹url›${glued.replace(":", ": ")}`;
}
