/**
 * Valid images, put together from layers (assembleImage), or small ones for the demo and for tests, made from nothing but
 * their description (makeImage): the same description gives the same digests, on every machine and Node version.
 */
import { sha256Of } from "../digest.ts";
import { type ImageFormat, mediaTypes } from "../media-types.ts";
import { EPOCH, layerTar } from "./layer-tar.ts";
import { noise } from "./noise.ts";
import { storedGzip } from "./stored-gzip.ts";

export interface ImageDescription {
  /** One layer with these files; the keys are paths without leading slash. */
  readonly files?: Readonly<Record<string, string | Uint8Array | FileInImage>>;
  /** One layer more for each length, with one file of so many bytes that nothing compresses; the layer is some 2 KiB longer. */
  readonly noise?: { readonly seed: string; readonly layerBytes: readonly number[] };
  readonly labels?: Readonly<Record<string, string>>;
  readonly entrypoint?: readonly string[];
  readonly user?: string;
  /** @default linux, amd64 */
  readonly platform?: Platform;
  /** @default "oci" */
  readonly format?: ImageFormat;
}

interface FileInImage {
  readonly content: string | Uint8Array;
  /** @default 0o644 */
  readonly mode?: number;
}

interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

/** Bytes with the name and type under which a registry keeps them. */
export interface Content {
  readonly mediaType: string;
  readonly digest: string;
  readonly bytes: Uint8Array;
}

export interface Image {
  readonly kind: "image";
  readonly platform: Platform;
  readonly manifest: Content;
  /** Its digest is what runtimes call the image ID. */
  readonly config: Content;
  readonly layers: readonly Content[];
}

/** One name for the images of several platforms. */
export interface ImageIndex {
  readonly kind: "index";
  readonly manifest: Content;
  readonly images: readonly Image[];
}

/** How containers of an image start (OCI image-spec 1.1, config.md). */
export interface ImageSettings {
  readonly user?: string;
  readonly environment?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
}

/** What an image is put together from; the lowest layer comes first. */
export interface ImageParts {
  readonly layers: readonly LayerBytes[];
  readonly settings: ImageSettings;
  /** @default linux, amd64 */
  readonly platform?: Platform;
  /** @default "oci" */
  readonly format?: ImageFormat;
}

export interface LayerBytes {
  readonly tar: Uint8Array;
  /** The same as a gzip file. */
  readonly gzip: Uint8Array;
}

/** @throws if the description has neither files nor noise */
export async function makeImage(description: ImageDescription): Promise<Image> {
  const tars = await layerTars(description);
  if (tars.length === 0) throw new Error("an image needs files or noise");
  const layers = tars.map((tar) => ({ tar, gzip: storedGzip(tar) }));
  return assembleImage({ ...description, layers, settings: description });
}

/** The image of these layers: its digests depend on nothing else. */
export function assembleImage(parts: ImageParts): Image {
  const types = mediaTypes[parts.format ?? "oci"];
  const platform = parts.platform ?? { os: "linux", architecture: "amd64" };
  const layers = parts.layers.map(({ gzip }) => contentOf(types.layer, gzip));
  const config = jsonContent(types.config, {
    created: EPOCH.toISOString(),
    ...platform,
    config: configOf(parts.settings),
    rootfs: { type: "layers", diff_ids: parts.layers.map(({ tar }) => sha256Of(tar)) },
    history: layers.map(() => ({ created: EPOCH.toISOString(), created_by: "larder" })),
  });
  const manifest = jsonContent(types.manifest, {
    schemaVersion: 2,
    mediaType: types.manifest,
    config: descriptorOf(config),
    layers: layers.map(descriptorOf),
  });
  return { kind: "image", platform, manifest, config, layers };
}

function configOf({ user, environment, entrypoint, command, labels }: ImageSettings): object {
  return {
    ...(user !== undefined && { User: user }),
    ...(environment && { Env: environment }),
    ...(entrypoint && { Entrypoint: entrypoint }),
    ...(command && { Cmd: command }),
    ...(labels && { Labels: sorted(labels) }),
  };
}

/** @param format @default "oci"; the images should be of the same one */
export function makeImageIndex(images: readonly Image[], format: ImageFormat = "oci"): ImageIndex {
  const { index } = mediaTypes[format];
  const manifest = jsonContent(index, {
    schemaVersion: 2,
    mediaType: index,
    manifests: images.map((image) => ({ ...descriptorOf(image.manifest), platform: image.platform })),
  });
  return { kind: "index", manifest, images };
}

async function layerTars(description: ImageDescription): Promise<Uint8Array[]> {
  const { seed = "", layerBytes = [] } = description.noise ?? {};
  const tars = description.files === undefined ? [] : [await tarOf(description.files)];
  for (const [index, length] of layerBytes.entries()) {
    tars.push(await tarOf({ [`noise/${index}`]: noise(`${seed}/${index}`, length) }));
  }
  return tars;
}

function tarOf(files: NonNullable<ImageDescription["files"]>): Promise<Uint8Array> {
  const entries = Object.entries(files).map(([path, file]) => {
    const { content, mode = 0o644 } = isDescribed(file) ? file : { content: file };
    return { kind: "file", path, mode, content: typeof content === "string" ? Buffer.from(content) : content } as const;
  });
  return layerTar(entries);
}

function isDescribed(file: string | Uint8Array | FileInImage): file is FileInImage {
  return typeof file === "object" && "content" in file;
}

function jsonContent(mediaType: string, value: unknown): Content {
  return contentOf(mediaType, Buffer.from(JSON.stringify(value)));
}

function contentOf(mediaType: string, bytes: Uint8Array): Content {
  return { mediaType, digest: sha256Of(bytes), bytes };
}

function descriptorOf({ mediaType, digest, bytes }: Content): { mediaType: string; digest: string; size: number } {
  return { mediaType, digest, size: bytes.length };
}

/** The order in which somebody wrote the keys must not change a digest. */
function sorted<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
