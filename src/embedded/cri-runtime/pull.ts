/**
 * One pull: name → digest → documents → layers → the image store. Every byte comes over HTTP and is proved against its
 * digest before the image counts as present. The words of refusals are those of containerd 1.6.
 */
import { type ImageReference, normalizedImage, parseImageReference, repositoryOf } from "#domain/image/reference.ts";
import type { ContentStore, Fetch } from "./content-store.ts";
import { download } from "./download.ts";
import { CallRefused, within } from "./failure.ts";
import type { ImageStore } from "./image-store.ts";
import {
  type Descriptor,
  entryFor,
  isIndex,
  isLayer,
  isManifest,
  type Manifest,
  type Platform,
  readDiffIds,
  readIndex,
  readManifest,
} from "./manifest.ts";
import { createRegistryClient, type RegistryAccess } from "./registry-client.ts";
import { resolveReference } from "./resolve.ts";
import type { RegistryCredential } from "./token.ts";

/** How many layers of one image are fetched at the same time (containerd's max_concurrent_downloads). */
const LAYERS_AT_ONCE = 3;

export interface PullContext {
  readonly access: RegistryAccess;
  readonly contents: ContentStore;
  readonly images: ImageStore;
  readonly platform: Platform;
}

export interface PulledImage {
  readonly id: string;
  /** Name with digest: `127.0.0.1:5000/app@sha256:…`. */
  readonly repoDigest: string;
}

/** @throws CallRefused when the image cannot be had; `Canceled` when `signal` aborts */
export async function pullImage(
  image: string,
  credential: RegistryCredential | undefined,
  context: PullContext,
  signal: AbortSignal,
): Promise<PulledImage> {
  const reference = parseForPull(image);
  const name = normalizedImage(reference);
  // One layer that fails ends the others.
  const failed = new AbortController();
  const stop = (): void => failed.abort();
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await within(`failed to pull and unpack image "${name}"`, () =>
      pullNamed(reference, name, credential, context, failed.signal),
    );
  } finally {
    failed.abort();
    signal.removeEventListener("abort", stop);
  }
}

async function pullNamed(
  reference: ImageReference,
  name: string,
  credential: RegistryCredential | undefined,
  context: PullContext,
  signal: AbortSignal,
): Promise<PulledImage> {
  const client = createRegistryClient(reference, credential, context.access, signal);
  const fetch: Fetch = (descriptor, keep) => download(descriptor, client, keep, signal);
  const target = await within(`failed to resolve reference "${name}"`, () => resolveReference(reference, name, client));
  const chain = await documentsOf(target, context, fetch);
  await fetchLayers(chain.manifest, context.contents, fetch);
  if (signal.aborted) throw new CallRefused("Canceled", "context canceled");
  const parts = [...chain.documents, ...chain.manifest.layers];
  const repoDigest = `${repositoryOf(reference)}@${target.digest}`;
  context.images.add({
    id: chain.manifest.config.digest,
    names: new Set([name, repoDigest]),
    sizeBytes: parts.reduce((bytes, part) => bytes + part.size, 0),
    contents: new Set(parts.map((part) => part.digest)),
  });
  return { id: chain.manifest.config.digest, repoDigest };
}

function parseForPull(image: string): ImageReference {
  const reference = parseImageReference(image);
  if (reference.ok) return reference.value;
  const why = reference.error.startsWith("has upper-case") ? ": repository name must be lowercase" : "";
  throw new CallRefused(
    "Unknown",
    `failed to parse image reference ${JSON.stringify(image)}: invalid reference format${why}`,
  );
}

interface Documents {
  /** Index (if any), manifest and config. */
  readonly documents: readonly Descriptor[];
  readonly manifest: Manifest;
}

async function documentsOf(target: Descriptor, context: PullContext, fetch: Fetch): Promise<Documents> {
  const { contents, platform } = context;
  const above: Descriptor[] = [target];
  let bytes = await contents.document(target, fetch);
  let descriptor = target;
  if (isIndex(descriptor)) {
    descriptor = entryFor(platform, readIndex(bytes, descriptor.digest));
    above.push(descriptor);
    bytes = await contents.document(descriptor, fetch);
  }
  if (!isManifest(descriptor)) throw new CallRefused("Unknown", `encountered unknown type ${descriptor.mediaType}`);
  const manifest = readManifest(bytes, descriptor.digest);
  const config = await contents.document(manifest.config, fetch);
  const layers = manifest.layers.length;
  const unpacked = readDiffIds(config).length;
  if (layers !== unpacked) {
    throw new CallRefused("Unknown", `number of layers and diffIDs don't match: ${layers} != ${unpacked}`);
  }
  return { documents: [...above, manifest.config], manifest };
}

async function fetchLayers(manifest: Manifest, contents: ContentStore, fetch: Fetch): Promise<void> {
  const strange = manifest.layers.find((layer) => !isLayer(layer));
  if (strange !== undefined) {
    throw new CallRefused(
      "Unknown",
      `failed to unpack image on snapshotter embedded: failed to extract layer ${strange.digest}: failed to get stream processor for ${strange.mediaType}: no processor for media-type: unknown`,
    );
  }
  const waiting = [...manifest.layers];
  const worker = async (): Promise<void> => {
    for (let layer = waiting.shift(); layer !== undefined; layer = waiting.shift()) await contents.layer(layer, fetch);
  };
  await Promise.all(Array.from({ length: LAYERS_AT_ONCE }, worker));
}
