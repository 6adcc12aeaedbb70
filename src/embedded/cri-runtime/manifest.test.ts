import { describe, expect, test } from "vitest";
import { entryFor, isDigest, isLayer, readDiffIds, readIndex, readManifest } from "./manifest.ts";

const digest = `sha256:${"a".repeat(64)}`;
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("documents that are none", () => {
  test.each([
    ["<html>", "invalid character '<' looking for beginning of value"],
    ["", "invalid character '' looking for beginning of value"],
    ["[]", "invalid character '[' looking for beginning of value"],
    ["{ nope }", "invalid character 'n' looking for beginning of object key string"],
  ])("%j", (text, why) => {
    expect(() => readManifest(bytesOf(text), digest)).toThrow(`children: invalid desc ${digest}: ${why}`);
    expect(() => readIndex(bytesOf(text), digest)).toThrow(`children: invalid desc ${digest}: ${why}`);
    expect(() => readDiffIds(bytesOf(text))).toThrow(`unmarshal image config: ${why}`);
  });

  test("a manifest without config", () => {
    expect(() => readManifest(bytesOf('{"layers": []}'), digest)).toThrow("no config");
  });

  test("entries that are no descriptors are left out", () => {
    const index = { manifests: [null, 7, { digest }, { digest, size: 3 }] };
    expect(readIndex(bytesOf(JSON.stringify(index)), digest)).toEqual([{ mediaType: "", digest, size: 3 }]);
  });
});

test("the entry of an index for a platform: its own, else one for no platform, else none", () => {
  const entry = (architecture?: string) => ({
    mediaType: "",
    digest,
    size: 1,
    ...(architecture !== undefined && { platform: { os: "linux", architecture } }),
  });
  const amd64 = { os: "linux", architecture: "amd64" };
  expect(entryFor(amd64, [entry(), entry("arm64"), entry("amd64")])).toEqual(entry("amd64"));
  expect(entryFor(amd64, [entry("arm64"), entry()])).toEqual(entry());
  expect(() => entryFor(amd64, [entry("arm64")])).toThrow("no match for platform in manifest: not found");
});

test.each([
  ["application/vnd.oci.image.layer.v1.tar", true],
  ["application/vnd.oci.image.layer.v1.tar+gzip", true],
  ["application/vnd.oci.image.layer.v1.tar+zstd", true],
  ["application/vnd.docker.image.rootfs.diff.tar.gzip", true],
  ["application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", true],
  ["application/vnd.cncf.helm.chart.content.v1.tar+gzip", false],
  ["application/octet-stream", false],
])("%s is a layer: %s", (mediaType, expected) => {
  expect(isLayer({ mediaType, digest, size: 1 })).toBe(expected);
});

test("digests", () => {
  expect(isDigest(digest)).toBe(true);
  expect(isDigest("md5:abc")).toBe(false);
  expect(isDigest(digest.toUpperCase())).toBe(false);
});
