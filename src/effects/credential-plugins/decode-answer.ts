/**
 * A plugin's answer (CredentialProviderResponse), read as strictly as the kubelet does (plugin.go ExecPlugin, decodeResponse):
 * one JSON object of the version that was asked, without unknown fields, without a key twice.
 */
import {
  CACHE_KEY_TYPES,
  type CacheKeyType,
  EXEC_API_VERSIONS,
  type ExecApiVersion,
  type PluginAnswer,
} from "#domain/credentials/credential-provider.ts";
import type { DockerConfigEntry } from "#domain/credentials/keyring.ts";
import { SecretText } from "#domain/credentials/secret-text.ts";
import { parseGoDuration } from "#domain/duration/go-duration.ts";
import { findDuplicateKeys } from "#domain/json/duplicate-keys.ts";
import { formatJsonPath } from "#domain/json/json-path.ts";
import { type JsonNode, StrictDecoder } from "#domain/json/strict-decoder.ts";
import { fail, ok, type Result } from "#domain/result.ts";

const KIND = "CredentialProviderResponse";
const REASON_MAX = 300;

/** @returns the answer, or what is wrong with it, as a clause that holds no text of a value */
export function decodeAnswer(text: string, asked: ExecApiVersion): Result<PluginAnswer, string> {
  const json = parseJson(text);
  if (!json.ok) return fail(text.trim() === "" ? "it answered nothing" : "its answer is not JSON");
  if (json.value === null || typeof json.value !== "object" || Array.isArray(json.value))
    return fail("its answer is not a JSON object");
  const [duplicate] = findDuplicateKeys(text);
  if (duplicate) return fail(`its answer has ${shorten(`"${formatJsonPath(duplicate.path)}" twice`)}`);
  return decodeObject({ path: [], value: json.value }, asked);
}

function decodeObject(node: JsonNode, asked: ExecApiVersion): Result<PluginAnswer, string> {
  const decoder = new StrictDecoder();
  const field = decoder.fields(node, ["kind", "apiVersion", "cacheKeyType", "cacheDuration", "auth"]);
  checkHead(decoder, field("kind"), field("apiVersion"), asked);
  const cacheKeyType = decodeCacheKeyType(decoder, field("cacheKeyType"));
  const cacheMs = decodeCacheDuration(decoder, field("cacheDuration"));
  const entries = decoder.entries(field("auth")).map(([key, entry]) => decodeEntry(decoder, key, entry));
  if (decoder.problems.length === 0 && cacheKeyType) return ok({ cacheKeyType, cacheMs, entries });
  return fail(`its answer cannot be used: ${shorten(decoder.problems.map(({ problem }) => problem).join(", "))}`);
}

function checkHead(decoder: StrictDecoder, kind: JsonNode, apiVersion: JsonNode, asked: ExecApiVersion): void {
  if (decoder.text(kind) !== KIND) decoder.report(kind.path, `its kind is not ${KIND}`, "");
  const version = decoder.text(apiVersion);
  if (version === asked) return;
  const given = EXEC_API_VERSIONS.find((known) => known === version) ?? "another one";
  decoder.report(
    apiVersion.path,
    `its apiVersion is ${version === "" ? "missing" : given} where ${asked} was asked`,
    "",
  );
}

function decodeCacheKeyType(decoder: StrictDecoder, node: JsonNode): CacheKeyType | undefined {
  const text = decoder.text(node);
  const type = CACHE_KEY_TYPES.find((known) => known === text);
  if (text !== undefined && !type)
    decoder.report(node.path, `its cacheKeyType is none of ${CACHE_KEY_TYPES.join(", ")}`, "");
  return type;
}

function decodeCacheDuration(decoder: StrictDecoder, node: JsonNode): number | undefined {
  if (node.value === undefined) return undefined;
  const text = decoder.text(node);
  const duration = text === undefined ? undefined : parseGoDuration(text);
  if (duration?.ok === false) decoder.report(node.path, "its cacheDuration is no duration", "");
  return duration?.ok ? duration.value : undefined;
}

function decodeEntry(decoder: StrictDecoder, key: string, node: JsonNode): DockerConfigEntry {
  const field = decoder.fields(node, ["username", "password"]);
  const text = (name: "username" | "password"): string => (decoder.text(field(name)) ?? "").toWellFormed();
  return { key, credential: { username: text("username"), password: new SecretText(text("password")), email: "" } };
}

/** Keys are the plugin's own words, of any number and length. */
function shorten(text: string): string {
  return text.length > REASON_MAX ? `${text.slice(0, REASON_MAX)}…` : text;
}

function parseJson(text: string): Result<unknown, undefined> {
  try {
    return ok(JSON.parse(text));
  } catch {
    return fail(undefined);
  }
}
