import { EXEC_API_VERSIONS, type ExecApiVersion } from "#domain/credentials/credential-provider.ts";
import type { JsonNode, StrictDecoder } from "#domain/json/strict-decoder.ts";

const CACHE_TYPES = ["ServiceAccount", "Token"];

/**
 * How a plugin takes part in service account tokens. A pull without a pod has no service account, so all that counts of it
 * is whether the plugin does without one; it is checked nevertheless, since the kubelet would refuse the whole config.
 * @returns undefined: the provider has none
 */
export function decodeTokenAttributes(
  decoder: StrictDecoder,
  node: JsonNode,
  execVersion: ExecApiVersion | undefined,
): { requiresServiceAccount: boolean } | undefined {
  if (node.value === undefined) return undefined;
  const field = decoder.fields(node, [
    "serviceAccountTokenAudience",
    "cacheType",
    "requireServiceAccount",
    "requiredServiceAccountAnnotationKeys",
    "optionalServiceAccountAnnotationKeys",
  ]);
  if (execVersion !== undefined && execVersion !== EXEC_API_VERSIONS[0])
    decoder.report(
      node.path,
      "tokenAttributes need a newer plugin",
      `make the provider's apiVersion ${EXEC_API_VERSIONS[0]}`,
    );
  if (decoder.text(field("serviceAccountTokenAudience")) === "")
    decoder.report(node.path, "serviceAccountTokenAudience is missing", "name whom the token is for");
  checkCacheType(decoder, field("cacheType"));
  const requireNode = field("requireServiceAccount");
  const require = decoder.flag(requireNode);
  if (requireNode.value === undefined)
    decoder.report(node.path, "requireServiceAccount is missing", "write true or false");
  const requiredKeys = checkAnnotationKeys(decoder, field("requiredServiceAccountAnnotationKeys"));
  const optionalKeys = checkAnnotationKeys(decoder, field("optionalServiceAccountAnnotationKeys"));
  if (require === false && requiredKeys.length > 0)
    decoder.report(
      field("requiredServiceAccountAnnotationKeys").path,
      "annotations are required of a service account that is not",
      "make requireServiceAccount true, or the keys optional",
    );
  if (requiredKeys.some((key) => optionalKeys.includes(key)))
    decoder.report(node.path, "an annotation key is both required and optional", "remove it from one of the lists");
  return { requiresServiceAccount: require ?? false };
}

function checkCacheType(decoder: StrictDecoder, node: JsonNode): void {
  const cacheType = decoder.text(node);
  if (cacheType !== undefined && !CACHE_TYPES.includes(cacheType))
    decoder.report(
      node.path,
      cacheType === "" ? "cacheType is missing" : "the cacheType is unknown",
      `write ${CACHE_TYPES.join(" or ")}`,
    );
}

function checkAnnotationKeys(decoder: StrictDecoder, node: JsonNode): string[] {
  const keys = (decoder.items(node) ?? []).map((item) => ({ path: item.path, key: decoder.text(item) ?? "" }));
  for (const [index, { path, key }] of keys.entries()) {
    if (!isQualifiedName(key.toLowerCase()))
      decoder.report(path, `${JSON.stringify(key)} is no annotation key`, "write it as example.com/name");
    if (keys.slice(0, index).some((earlier) => earlier.key === key))
      decoder.report(path, `the annotation key ${JSON.stringify(key)} stands twice`, "remove one");
  }
  return keys.map(({ key }) => key);
}

/** k8s.io/apimachinery, pkg/util/validation IsQualifiedName. */
function isQualifiedName(key: string): boolean {
  const [name = "", prefix, ...rest] = key.split("/").toReversed();
  const label = "[a-z0-9](?:[-a-z0-9]*[a-z0-9])?";
  const isPrefix =
    prefix === undefined || (prefix.length <= 253 && new RegExp(`^${label}(?:\\.${label})*$`).test(prefix));
  return rest.length === 0 && isPrefix && name.length <= 63 && /^[a-z0-9](?:[-a-z0-9_.]*[a-z0-9])?$/.test(name);
}
