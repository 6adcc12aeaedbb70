import { fail, ok, type Result } from "#domain/result.ts";
import { mediaTypes } from "../media-types.ts";

/** What a manifest refers to, and what therefore must be in the repository before it. */
export interface ManifestReferences {
  readonly blobs: readonly string[];
  readonly manifests: readonly string[];
}

/**
 * Reads what a manifest refers to.
 * @param mediaType as the Content-Type of the upload says
 * @returns the digests, or why the manifest is invalid
 */
export function readManifestReferences(mediaType: string, bytes: Uint8Array): Result<ManifestReferences, string> {
  const kind = kindOf(mediaType);
  if (kind === undefined) return fail(`unsupported media type ${mediaType}`);
  const manifest = parseJson(bytes);
  if (!isRecord(manifest)) return fail("not a JSON object");
  if (manifest["schemaVersion"] !== 2) return fail("schemaVersion is not 2");
  const declared = manifest["mediaType"];
  if (declared !== undefined && declared !== mediaType) return fail("mediaType differs from the Content-Type");
  if (kind === "index") {
    const manifests = digestsOf(manifest["manifests"]);
    return manifests ? ok({ blobs: [], manifests }) : fail("manifests is not a list of descriptors");
  }
  const config = digestsOf([manifest["config"]]);
  const layers = digestsOf(manifest["layers"]);
  if (!config || !layers) return fail("config or layers are not descriptors");
  return ok({ blobs: [...config, ...layers], manifests: [] });
}

export function isOci(mediaType: string): boolean {
  return mediaType === mediaTypes.oci.manifest || mediaType === mediaTypes.oci.index;
}

export function kindOf(mediaType: string): "manifest" | "index" | undefined {
  if (mediaType === mediaTypes.oci.manifest || mediaType === mediaTypes.docker.manifest) return "manifest";
  if (mediaType === mediaTypes.oci.index || mediaType === mediaTypes.docker.index) return "index";
  return undefined;
}

/** Layers with URLs of their own ("foreign" ones) live elsewhere and are not asked for. */
function digestsOf(descriptors: unknown): string[] | undefined {
  if (!Array.isArray(descriptors)) return undefined;
  const digests: string[] = [];
  for (const descriptor of descriptors) {
    if (!isRecord(descriptor) || typeof descriptor["digest"] !== "string") return undefined;
    if (descriptor["urls"] === undefined) digests.push(descriptor["digest"]);
  }
  return digests;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
