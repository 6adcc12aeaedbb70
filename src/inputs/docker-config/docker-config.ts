/**
 * Docker config JSON as the kubelet reads it (pkg/credentialprovider/config.go): either an object with `auths`, or the map
 * itself (legacy `.dockercfg`). Field names of entries match without regard to case, `auth` wins over username and
 * password, and everything else is ignored; an empty entry is a credential too.
 */
import { textOfBytes } from "#domain/credentials/byte-text.ts";
import type { Credential } from "#domain/credentials/credential.ts";
import type { DockerConfigEntry } from "#domain/credentials/keyring.ts";
import { SecretText } from "#domain/credentials/secret-text.ts";
import { fail, ok, type Result } from "#domain/result.ts";
import { decodeGoBase64 } from "./go-base64.ts";

export interface ParsedDockerConfig {
  readonly entries: readonly DockerConfigEntry[];
  /** Parts that only a docker client can use: no node has the helper program or the login session behind them. */
  readonly unusable: readonly UnusablePart[];
}

export interface UnusablePart {
  readonly path: readonly string[];
  /** `identitytoken`, `credHelpers` or `credsStore`. */
  readonly name: string;
}

/** What is wrong, and where in the JSON; never with a value from the file, which may be a secret. */
export interface DockerConfigProblem {
  /** Keys from the top; empty for the whole text. */
  readonly path: readonly string[];
  readonly problem: string;
  /** The kubelet's own words for it, where they are known. */
  readonly kubelet?: string;
  /** True: the text is no JSON at all. */
  readonly syntax?: boolean;
}

export type DockerConfigFormat =
  /** Type `kubernetes.io/dockerconfigjson`: an object with `auths`. */
  | "config.json"
  /** Type `kubernetes.io/dockercfg`: the map itself. */
  | "dockercfg"
  /** A file without a declared type: the format is seen from its keys. */
  | "either";

type JsonObject = Readonly<Record<string, unknown>>;

/** Keys of a docker client's config.json, by which one without `auths` is told from a `.dockercfg`. */
const CLIENT_CONFIG_KEY =
  /^(?:credsStore|credHelpers|HttpHeaders|currentContext|proxies|plugins|aliases|features|detachKeys|.*Format)$/i;
const NO_COLON = "unable to parse auth field, must be formatted as base64(username:password)";

export function parseDockerConfig(
  text: string,
  format: DockerConfigFormat,
): Result<ParsedDockerConfig, DockerConfigProblem> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return fail(syntaxProblem(text));
  }
  if (json === null) return ok({ entries: [], unusable: [] });
  if (!isObject(json)) return fail({ path: [], problem: "is not a JSON object" });
  const isLegacy = format === "dockercfg" || (format === "either" && looksLegacy(json));
  const auths = isLegacy ? json : (field(json, "auths") ?? {});
  const path = isLegacy ? [] : ["auths"];
  if (!isObject(auths)) return fail({ path, problem: "is not an object of registries" });
  return withEntries(auths, path, isLegacy ? [] : unusableParts(json));
}

function withEntries(
  auths: JsonObject,
  path: readonly string[],
  unusable: readonly UnusablePart[],
): Result<ParsedDockerConfig, DockerConfigProblem> {
  const entries: DockerConfigEntry[] = [];
  const tokens: UnusablePart[] = [];
  for (const [key, value] of Object.entries(auths)) {
    const credential = parseEntry(value ?? {}, [...path, key]);
    if (!credential.ok) return credential;
    entries.push({ key, credential: credential.value });
    if (isObject(value) && field(value, "identitytoken")) tokens.push({ path: [...path, key], name: "identitytoken" });
  }
  return ok({ entries, unusable: [...tokens, ...unusable] });
}

function parseEntry(value: unknown, path: readonly string[]): Result<Credential, DockerConfigProblem> {
  if (!isObject(value)) return fail({ path, problem: "is not an object with username and password, or auth" });
  const texts: Record<"username" | "password" | "email" | "auth", string> = {
    username: "",
    password: "",
    email: "",
    auth: "",
  };
  for (const name of ["username", "password", "email", "auth"] as const) {
    const text = field(value, name) ?? "";
    if (typeof text !== "string") return fail({ path: [...path, name], problem: "is not text" });
    texts[name] = text.toWellFormed();
  }
  if (texts.auth === "") return ok(credentialOf(texts.username, texts.password, texts.email));
  const decoded = decodeGoBase64(texts.auth);
  if (!decoded.ok) return fail({ path: [...path, "auth"], problem: "is not base64", kubelet: decoded.error });
  const both = textOfBytes(decoded.value);
  const colon = both.indexOf(":");
  if (colon === -1)
    return fail({ path: [...path, "auth"], problem: "has no colon between user and password", kubelet: NO_COLON });
  return ok(credentialOf(both.slice(0, colon), both.slice(colon + 1), texts.email));
}

function credentialOf(username: string, password: string, email: string): Credential {
  return { username, password: new SecretText(password), email };
}

function syntaxProblem(text: string): DockerConfigProblem {
  const kubelet = isCutOff(text) ? { kubelet: "unexpected end of JSON input" } : {};
  return { path: [], problem: "is not JSON", syntax: true, ...kubelet };
}

/** V8 says so in words that hold no text of the file, unlike its other JSON errors. */
function isCutOff(text: string): boolean {
  try {
    JSON.parse(text);
    return false;
  } catch (error) {
    return error instanceof Error && /Unexpected end of JSON input|Unterminated string/.test(error.message);
  }
}

function looksLegacy(json: JsonObject): boolean {
  const keys = Object.keys(json);
  return !keys.some((key) => key.toLowerCase() === "auths" || CLIENT_CONFIG_KEY.test(key));
}

function unusableParts(json: JsonObject): UnusablePart[] {
  return ["credHelpers", "credsStore"].flatMap((name) => {
    const value = field(json, name);
    const isUsed = isObject(value) ? Object.keys(value).length > 0 : Boolean(value);
    return isUsed ? [{ path: [name], name }] : [];
  });
}

/** Go's encoding/json matches field names without regard to case; where several match, the last one counts. */
function field(object: JsonObject, name: string): unknown {
  const matching = Object.keys(object).filter((key) => key.toLowerCase() === name.toLowerCase());
  const last = matching.at(-1);
  return last === undefined ? undefined : object[last];
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
