import { describe, expect, test } from "vitest";
import { sha256Of } from "#embedded/digest.ts";
import { type Content, type Image, makeImage } from "#embedded/images/image.ts";
import { type Bench, inTime } from "./bench.ts";

/**
 * Registries hold more than images that run; a runtime finds out when it has fetched them. Whether it then knows the image
 * nevertheless is not in the contract: containerd 1.6 does, if it was a layer's type that it could not unpack.
 */
export function describeOddImages(bench: () => Bench): void {
  describe("what is no runnable image", () => {
    test.each<[string, (image: Image) => Image, RegExp]>([
      [
        "a config that is not JSON",
        (image) => assembled(image, contentOf(image.config.mediaType, "{not json"), image.layers),
        /: unmarshal image config: invalid character 'n' looking for beginning of object key string$/,
      ],
      [
        "a config with fewer layers than the manifest",
        (image) => assembled(image, image.config, [...image.layers, ...image.layers.slice(0, 1)]),
        /: number of layers and diffIDs don't match: 3 != 2$/,
      ],
      [
        "a layer of a type that nothing unpacks",
        (image) => {
          const [first, ...others] = image.layers.map((layer) => ({
            ...layer,
            mediaType: "application/vnd.x.squashfs",
          }));
          return assembled(image, image.config, first ? [first, ...others] : []);
        },
        /: failed to extract layer sha256:[0-9a-f]{64}: failed to get stream processor for application\/vnd\.x\.squashfs: no processor for media-type: unknown$/,
      ],
    ])("%s", async (title, spoil, words) => {
      const { cri, stock } = bench();
      const repository = `public/odd-${title.replaceAll(/[^a-z]+/gi, "-").toLowerCase()}`;
      const image = spoil(await makeImage({ noise: { seed: title, layerBytes: [100, 200] } }));
      const { name } = await stock(repository, "1", image);
      const answer = await cri.pullImage(`${name}:1`, undefined, inTime());
      expect(answer).toMatchObject({ ok: false, error: { grpcCode: "Unknown" } });
      expect(answer.ok || answer.error.message).toMatch(words);
    });
  });
}

function assembled(image: Image, config: Content, layers: readonly Content[]): Image {
  const manifest = {
    schemaVersion: 2,
    mediaType: image.manifest.mediaType,
    config: descriptorOf(config),
    layers: layers.map(descriptorOf),
  };
  return { ...image, config, layers, manifest: contentOf(image.manifest.mediaType, JSON.stringify(manifest)) };
}

function contentOf(mediaType: string, text: string): Content {
  const bytes = Buffer.from(text);
  return { mediaType, digest: sha256Of(bytes), bytes };
}

function descriptorOf({ mediaType, digest, bytes }: Content) {
  return { mediaType, digest, size: bytes.length };
}
