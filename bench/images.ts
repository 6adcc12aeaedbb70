/**
 * Images as real ones are to a runtime: layers of many files, gzip-compressed to two fifths. The images of the test kit do
 * not compress, so that their digests are the same everywhere; to unpack them costs less than it should.
 */
import { gzipSync } from "node:zlib";
import { packTar } from "modern-tar";
import { sha256Of } from "#embedded/digest.ts";
import type { Content, Image } from "#embedded/images/image.ts";
import { noise } from "#embedded/images/noise.ts";
import { mediaTypes } from "#embedded/media-types.ts";

/** A piece of noise is followed by itself and half of itself, near enough for gzip to see it. */
const PIECE = 12_000;
const REPEATS = 2.5;
const PIECES_PER_FILE = 4;

/** @param layerBytes of each layer as it is downloaded, to the next 48 KB */
export async function makeRealisticImage(seed: string, layerBytes: readonly number[]): Promise<Image> {
  const tars = await Promise.all(layerBytes.map((bytes, index) => layerTar(`${seed}/${index}`, bytes)));
  const layers = tars.map((tar) => contentOf(mediaTypes.oci.layer, gzipSync(tar, { level: 1 })));
  const platform = { os: "linux", architecture: "amd64" };
  const config = jsonContent(mediaTypes.oci.config, {
    ...platform,
    config: {},
    rootfs: { type: "layers", diff_ids: tars.map(sha256Of) },
  });
  const manifest = jsonContent(mediaTypes.oci.manifest, {
    schemaVersion: 2,
    mediaType: mediaTypes.oci.manifest,
    config: descriptorOf(config),
    layers: layers.map(descriptorOf),
  });
  return { kind: "image", platform, manifest, config, layers };
}

function layerTar(seed: string, bytes: number): Promise<Uint8Array> {
  const files = Array.from({ length: Math.ceil(bytes / (PIECE * PIECES_PER_FILE)) }, (_, n) => {
    const pieces = Array.from({ length: PIECES_PER_FILE }, (_piece, index) => {
      return Buffer.alloc(PIECE * REPEATS, noise(`${seed}/${n}/${index}`, PIECE));
    });
    const body = Buffer.concat(pieces);
    return { header: { name: `usr/lib/${seed}/file-${n}`, size: body.length, mode: 0o644, mtime: new Date(0) }, body };
  });
  return packTar(files);
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
