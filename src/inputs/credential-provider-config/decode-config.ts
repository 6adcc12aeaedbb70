/**
 * One CredentialProviderConfig, as the kubelet decodes and checks it (pkg/credentialprovider/plugin/config.go decode and
 * validateCredentialProviderConfig; the three versions differ only in `tokenAttributes`, which v1 alone has).
 */
import {
  type CredentialProvider,
  EXEC_API_VERSIONS,
  type ExecApiVersion,
} from "#domain/credentials/credential-provider.ts";
import { parseSchemelessUrl } from "#domain/credentials/schemeless-url.ts";
import { SecretText } from "#domain/credentials/secret-text.ts";
import { parseGoDuration } from "#domain/duration/go-duration.ts";
import type { JsonPath } from "#domain/json/json-path.ts";
import { type JsonNode, type JsonProblem, StrictDecoder } from "#domain/json/strict-decoder.ts";
import { decodeTokenAttributes } from "./token-attributes.ts";

const CONFIG_API_VERSIONS = [
  "kubelet.config.k8s.io/v1",
  "kubelet.config.k8s.io/v1beta1",
  "kubelet.config.k8s.io/v1alpha1",
];
const KIND = "CredentialProviderConfig";
const PROVIDER_FIELDS = ["name", "matchImages", "defaultCacheDuration", "apiVersion", "args", "env"] as const;

export interface DecodedConfig {
  readonly providers: readonly { readonly provider: CredentialProvider; readonly path: JsonPath }[];
  /** Everything that is wrong; not empty: the config must not be used. */
  readonly problems: readonly JsonProblem[];
}

export function decodeConfig(value: unknown): DecodedConfig {
  const decoder = new StrictDecoder();
  const field = decoder.fields({ path: [], value: value ?? undefined }, ["kind", "apiVersion", "providers"]);
  const apiVersion = decodeHead(decoder, field("kind"), field("apiVersion"));
  const hasTokens = apiVersion === CONFIG_API_VERSIONS[0];
  const items = decoder.items(field("providers")) ?? [];
  const providers = items.map((item) => ({ path: item.path, provider: decodeProvider(decoder, item, hasTokens) }));
  return { providers, problems: decoder.problems };
}

function decodeHead(decoder: StrictDecoder, kind: JsonNode, apiVersion: JsonNode): string | undefined {
  const kindText = decoder.text(kind);
  if (kindText !== undefined && kindText !== KIND)
    decoder.report(kind.path, kindText === "" ? "there is no kind" : `the kind is not ${KIND}`, `write kind: ${KIND}`);
  const versionText = decoder.text(apiVersion);
  if (versionText !== undefined && !CONFIG_API_VERSIONS.includes(versionText))
    decoder.report(
      apiVersion.path,
      versionText === "" ? "there is no apiVersion" : "the apiVersion is unknown",
      `write one of ${CONFIG_API_VERSIONS.join(", ")}`,
    );
  return versionText;
}

function decodeProvider(decoder: StrictDecoder, node: JsonNode, hasTokens: boolean): CredentialProvider {
  const field = decoder.fields(node, hasTokens ? [...PROVIDER_FIELDS, "tokenAttributes"] : PROVIDER_FIELDS);
  const apiVersion = decodeExecVersion(decoder, field("apiVersion"));
  const token = hasTokens ? decodeTokenAttributes(decoder, field("tokenAttributes"), apiVersion) : undefined;
  return {
    name: decodeName(decoder, field("name")),
    apiVersion: apiVersion ?? EXEC_API_VERSIONS[0],
    matchImages: decodeMatchImages(decoder, field("matchImages")),
    defaultCacheMs: decodeCacheDuration(decoder, field("defaultCacheDuration")),
    args: decodeTexts(decoder, field("args")).map((arg) => new SecretText(arg)),
    env: (decoder.items(field("env")) ?? []).map((item) => decodeVariable(decoder, item)),
    requiresServiceAccount: token?.requiresServiceAccount ?? false,
  };
}

function decodeExecVersion(decoder: StrictDecoder, node: JsonNode): ExecApiVersion | undefined {
  const text = decoder.text(node);
  const known = EXEC_API_VERSIONS.find((version) => version === text);
  if (text !== undefined && known === undefined)
    decoder.report(
      node.path,
      text === "" ? "the provider has no apiVersion" : "the provider's apiVersion is unknown",
      `write one of ${EXEC_API_VERSIONS.join(", ")}`,
    );
  return known;
}

/** The name is that of a file in the folder of plugins; without one it would be the folder itself. */
function decodeName(decoder: StrictDecoder, node: JsonNode): string {
  const name = decoder.text(node);
  const remedy = "write the file name of the plugin's program";
  if (name === "") decoder.report(node.path, "the provider has no name", remedy);
  if (name === "." || name === ".." || name?.includes("/"))
    decoder.report(node.path, `the name ${JSON.stringify(name)} is a path`, remedy);
  if (name?.includes(" ")) decoder.report(node.path, `the name ${JSON.stringify(name)} has a space in it`, remedy);
  return name ?? "";
}

function decodeMatchImages(decoder: StrictDecoder, node: JsonNode): string[] {
  const patterns = decoder.items(node);
  if (patterns?.length === 0)
    decoder.report(
      node.path,
      "the provider has no matchImages",
      'name the images that it is for, such as "*.example.com"',
    );
  return (patterns ?? []).map((item) => {
    const pattern = decoder.text(item) ?? "";
    if (!parseSchemelessUrl(pattern))
      decoder.report(
        item.path,
        `${JSON.stringify(pattern)} is no image pattern`,
        "write host[:port][/path]; * stands for text between two dots",
      );
    return pattern;
  });
}

function decodeCacheDuration(decoder: StrictDecoder, node: JsonNode): number {
  const remedy = 'write a duration, such as "10m", or "0s" to keep no answer';
  if (node.value === undefined) {
    decoder.report(node.path, "the provider has no defaultCacheDuration", remedy);
    return 0;
  }
  const text = decoder.text(node);
  const duration = text === undefined ? undefined : parseGoDuration(text);
  if (duration?.ok === false) decoder.report(node.path, "the defaultCacheDuration is no duration", remedy);
  if (duration?.ok && duration.value < 0) decoder.report(node.path, "the defaultCacheDuration is negative", remedy);
  return duration?.ok ? duration.value : 0;
}

function decodeTexts(decoder: StrictDecoder, node: JsonNode): string[] {
  return (decoder.items(node) ?? []).map((item) => decoder.text(item) ?? "");
}

function decodeVariable(decoder: StrictDecoder, node: JsonNode): CredentialProvider["env"][number] {
  const field = decoder.fields(node, ["name", "value"]);
  return { name: decoder.text(field("name")) ?? "", value: new SecretText(decoder.text(field("value")) ?? "") };
}
