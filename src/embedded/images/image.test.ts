import { gunzipSync } from "node:zlib";
import * as fc from "fast-check";
import { unpackTar } from "modern-tar";
import { describe, expect, it } from "vitest";
import { sha256Of } from "../digest.ts";
import { mediaTypes } from "../media-types.ts";
import { type Content, makeImage, makeImageIndex } from "./image.ts";
import { noise } from "./noise.ts";
import { storedGzip } from "./stored-gzip.ts";

function json(content: Content): unknown {
  return JSON.parse(Buffer.from(content.bytes).toString());
}

const descriptorOf = ({ mediaType, digest, bytes }: Content): object => ({ mediaType, digest, size: bytes.length });

describe("an image", () => {
  it.each(["oci", "docker"] as const)("has a manifest that describes its parts (%s)", async (format) => {
    const image = await makeImage({
      files: { "bin/tool": { content: "#!", mode: 0o755 }, "etc/text": "hello", "etc/bytes": Uint8Array.of(1, 2) },
      noise: { seed: "s", layerBytes: [10, 70_000] },
      labels: { "org.example.name": "app" },
      entrypoint: ["/bin/tool"],
      platform: { os: "linux", architecture: "arm", variant: "v7" },
      format,
    });
    const types = mediaTypes[format];
    expect(image.layers).toHaveLength(3);
    expect(json(image.manifest)).toEqual({
      schemaVersion: 2,
      mediaType: types.manifest,
      config: descriptorOf(image.config),
      layers: image.layers.map(descriptorOf),
    });
    expect([image.config.mediaType, image.layers[0]?.mediaType]).toEqual([types.config, types.layer]);
    expect(json(image.config)).toMatchObject({
      os: "linux",
      architecture: "arm",
      variant: "v7",
      config: { Entrypoint: ["/bin/tool"], Labels: { "org.example.name": "app" } },
      rootfs: { type: "layers", diff_ids: image.layers.map((layer) => sha256Of(gunzipSync(layer.bytes))) },
    });
    for (const { bytes, digest } of [image.manifest, image.config, ...image.layers]) {
      expect(sha256Of(bytes)).toBe(digest);
    }
  });

  it("has its files in its layers, with their modes", async () => {
    const image = await makeImage({
      files: { "bin/tool": { content: "#!", mode: 0o755 }, "etc/text": "hello" },
      noise: { seed: "s", layerBytes: [5_000] },
    });
    const entries = await Promise.all(image.layers.map((layer) => unpackTar(gunzipSync(layer.bytes))));
    expect(
      entries.flat().map(({ header, data }) => [header.name, header.mode, Buffer.from(data ?? []).length]),
    ).toEqual([
      ["bin/tool", 0o755, 2],
      ["etc/text", 0o644, 5],
      ["noise/0", 0o644, 5_000],
    ]);
  });

  it("is the same on every machine and Node version", async () => {
    const image = await makeImage({ files: { "etc/text": "hello" }, noise: { seed: "s", layerBytes: [100_000] } });
    expect(image.manifest.digest).toBe("sha256:41176c893eb636ddf3f550a6b4577bbddedb69742f699c07299cd06b84c462a4");
  });

  it("does not depend on the order of its description, but on everything in it", async () => {
    const digestOf = async (description: Parameters<typeof makeImage>[0]): Promise<string> =>
      (await makeImage(description)).manifest.digest;
    const labels = { x: "1", y: "2" };
    const one = await digestOf({ files: { a: "1", b: "2" }, labels });
    expect(await digestOf({ labels: { y: "2", x: "1" }, files: { b: "2", a: "1" } })).toBe(one);
    const others = await Promise.all([
      digestOf({ files: { a: "1", b: "3" }, labels }),
      digestOf({ files: { a: "1", b: "2" } }),
      digestOf({ files: { a: "1", b: "2" }, labels, format: "docker" }),
      digestOf({ files: { a: "1", b: "2" }, labels, platform: { os: "linux", architecture: "arm64" } }),
      digestOf({ files: { a: "1", b: "2" }, labels, noise: { seed: "s", layerBytes: [1] } }),
      digestOf({ files: { a: "1", b: "2" }, labels, noise: { seed: "t", layerBytes: [1] } }),
    ]);
    expect(new Set([one, ...others]).size).toBe(7);
  });

  it("needs files or noise", async () => {
    await expect(makeImage({ labels: { a: "b" } })).rejects.toThrow("an image needs files or noise");
  });
});

it("an index names the image of each platform", async () => {
  const platforms = [
    { os: "linux", architecture: "amd64" },
    { os: "linux", architecture: "arm64", variant: "v8" },
  ];
  const images = await Promise.all(platforms.map((platform) => makeImage({ files: { a: "b" }, platform })));
  const index = makeImageIndex(images);
  expect(json(index.manifest)).toEqual({
    schemaVersion: 2,
    mediaType: mediaTypes.oci.index,
    manifests: images.map((image, position) => ({ ...descriptorOf(image.manifest), platform: platforms[position] })),
  });
});

describe("stored gzip", () => {
  it("unpacks to what went in", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1_000 }), (bytes) => {
        expect(new Uint8Array(gunzipSync(storedGzip(bytes)))).toEqual(bytes);
      }),
    );
  });

  it.each([0, 1, 0xfffe, 0xffff, 0x1_0000, 0x1_fffe, 0x1_ffff, 1_000_000])("of %i bytes", (length) => {
    const bytes = noise("gzip", length);
    expect(gunzipSync(storedGzip(bytes)).equals(bytes)).toBe(true);
  });
});
