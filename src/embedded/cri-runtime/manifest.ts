/** Reads the three JSON documents of an image: index, manifest, config. The words of refusals are containerd's. */
import { CallRefused } from "./failure.ts";

export interface Platform {
  readonly os: string;
  readonly architecture: string;
}

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly platform?: Platform;
}

export interface Manifest {
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}

const indexTypes = new Set([
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
]);
const manifestTypes = new Set([
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
]);
const layerType =
  /^application\/vnd\.(?:oci\.image\.layer\.(?:nondistributable\.)?v1\.tar|docker\.image\.rootfs\.(?:foreign\.)?diff\.tar)(?:[.+](?:gzip|zstd))?$/;

/** What is asked for when a name is resolved, in containerd's order. */
export const MANIFEST_TYPES_ACCEPTED = [
  "application/vnd.docker.distribution.manifest.v2+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.oci.image.index.v1+json",
  "*/*",
].join(", ");

const digestPattern = /^sha(?:256:[0-9a-f]{64}|384:[0-9a-f]{96}|512:[0-9a-f]{128})$/;

export function isDigest(text: string): boolean {
  return digestPattern.test(text);
}

export function isIndex(descriptor: Descriptor): boolean {
  return indexTypes.has(descriptor.mediaType);
}

export function isManifest(descriptor: Descriptor): boolean {
  return manifestTypes.has(descriptor.mediaType);
}

export function isLayer(descriptor: Descriptor): boolean {
  return layerType.test(descriptor.mediaType);
}

export function readIndex(bytes: Uint8Array, digest: string): readonly Descriptor[] {
  return descriptorsIn(readJson(bytes, `children: invalid desc ${digest}`)["manifests"]);
}

export function readManifest(bytes: Uint8Array, digest: string): Manifest {
  const document = readJson(bytes, `children: invalid desc ${digest}`);
  const [config] = descriptorsIn([document["config"]]);
  if (config === undefined) throw new CallRefused("Unknown", `children: invalid desc ${digest}: no config`);
  return { config, layers: descriptorsIn(document["layers"]) };
}

/** Digests of the unpacked layers, as the config lists them. */
export function readDiffIds(bytes: Uint8Array): readonly string[] {
  const rootfs = readJson(bytes, "unmarshal image config")["rootfs"];
  const ids: unknown = isRecord(rootfs) ? rootfs["diff_ids"] : undefined;
  return Array.isArray(ids) ? ids.filter((id) => typeof id === "string") : [];
}

/** The first entry for this platform, or without any platform, as an index may have it. */
export function entryFor(platform: Platform, entries: readonly Descriptor[]): Descriptor {
  const fits = (entry: Descriptor): boolean =>
    entry.platform?.os === platform.os && entry.platform.architecture === platform.architecture;
  const entry = entries.find(fits) ?? entries.find((candidate) => candidate.platform === undefined);
  if (entry === undefined) throw new CallRefused("NotFound", "no match for platform in manifest: not found");
  return entry;
}

function readJson(bytes: Uint8Array, words: string): Readonly<Record<string, unknown>> {
  const text = new TextDecoder().decode(bytes);
  try {
    const document: unknown = JSON.parse(text);
    if (isRecord(document)) return document;
  } catch {
    // Said below, in Go's words.
  }
  throw new CallRefused("Unknown", `${words}: ${whyNotAnObject(text)}`);
}

/** As encoding/json of Go says it, for what stands at the beginning. */
function whyNotAnObject(text: string): string {
  const [first = "", second = ""] = text.replaceAll(/\s/g, "");
  if (first === "{") return `invalid character '${second}' looking for beginning of object key string`;
  return `invalid character '${first}' looking for beginning of value`;
}

function descriptorsIn(value: unknown): readonly Descriptor[] {
  const entries: readonly unknown[] = Array.isArray(value) ? value : [];
  return entries.map(descriptorOf).filter((entry) => entry !== undefined);
}

function descriptorOf(value: unknown): Descriptor | undefined {
  if (!isRecord(value)) return undefined;
  const { mediaType, digest, size, platform } = value;
  if (typeof digest !== "string" || typeof size !== "number") return undefined;
  return {
    mediaType: typeof mediaType === "string" ? mediaType : "",
    digest,
    size,
    ...(isRecord(platform) && {
      platform: { os: String(platform["os"]), architecture: String(platform["architecture"]) },
    }),
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
