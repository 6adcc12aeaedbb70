import type { FailureText } from "../failure-text.ts";
import type { Rule } from "../rule.ts";
import { anyOf } from "./any-of.ts";

const mismatchForever = anyOf(
  /does not match config's diffid/,
  /wrong diff ?id (?:\S{1,120} )?calculated/,
  /layers and diffids don't match/,
  /layers from manifest don't match image configuration/,
  /invalid rootfs in image configuration/,
  /would not match destination reference/,
  /content size of zero/,
  /in header not a valid digest/,
  /invalid digest specification/,
  /uncompressed digest of layer .{0,120}config claims/,
  /too many non-empty layers in history/,
);
const garbledJson =
  /invalid character|unexpected end of json|cannot unmarshal|expected value at line|invalid desc(?:riptor)?\b/;
const ofManifestOrConfig =
  /image config|manifest|invalid desc|initializing image from source|error unmarshalling content|config blob/;
/** The layer's digest was verified before it is unpacked (containerd content store, moby download, containers-image staging file). */
const unpacking = anyOf(
  /failed to (?:extract|register|unpack|apply) /,
  /\buntar\b/,
  /mount callback failed/,
  /adding layer with blob/,
  /unpacking failed/,
  /applylayer/,
  /processing tar file/,
);
const undecodable = anyOf(
  /unexpected eof/,
  /archive\/tar/,
  /invalid tar header/,
  /flate: /,
  /gzip: /,
  /unpigz/,
  /zlib: /,
  /magic number mismatch/,
  /zstd/,
  /invalid archive/,
  /not in gzip format/,
  /crc error/,
  /corrupt(?:ed)?\b/,
  /checksum error/,
);
const mismatch = anyOf(
  /unexpected (?:commit )?(?:digest|size)/,
  /failed size validation/,
  /digest did not match/,
  /digest mismatch/,
  /size mismatch/,
  /(?:layer|manifest|config) verification failed/,
  /does not match (?:the )?(?:provided|selected|expected|requested) (?:manifest )?digest/,
  /(?:error )?verifying (?:sha256 checksum|digest|size)/,
  /content digest .{0,200} does not match/,
  /content incorrect (?:digest|size)/,
  /digest .{0,160}does not match expected/,
  /wrong (?:blob size|digest)/,
  /digest_invalid/,
  /size_invalid/,
  /provided (?:digest|length) did not match/,
);
const undecodableWhileReading = anyOf(
  /flate: /,
  /gzip: /,
  /unpigz/,
  /zlib: /,
  /magic number mismatch/,
  /not in gzip format/,
  /crc error/,
  /invalid tar header/,
  /checksum error/,
);
const garbled = (seen: FailureText): boolean =>
  garbledJson.test(seen.text) &&
  ofManifestOrConfig.test(seen.text) &&
  seen.httpStatus === undefined &&
  !/token/.test(seen.text);

/** The bytes came, and are wrong. If they verify against their digest and still make no sense, no further try can help. */
export const contentRules: readonly Rule[] = [
  {
    name: "image-inconsistent",
    class: "corrupt",
    permanent: true,
    advice:
      "The image contradicts itself (its manifest, configuration and layers do not belong together): build and push it again.",
    source:
      "e003, e023, e028, e253, e299, e376; containerd core/unpack; containers-image copy and storage; moby distribution",
    matches: mismatchForever,
  },
  {
    name: "manifest-or-config-undecodable",
    class: "corrupt",
    permanent: true,
    advice: "The image's manifest or configuration is no valid JSON: build and push the image again.",
    source: "e002, e005, e206, e207; Go encoding/json through containerd and containers-image",
    matches: garbled,
  },
  {
    name: "layer-undecodable",
    class: "corrupt",
    permanent: true,
    advice: "A layer arrived as published but cannot be unpacked: build and push the image again.",
    source: "e006, e080, e125; Go archive/tar and compress/* through containerd, moby and containers/storage",
    matches: (seen) => unpacking.test(seen.text) && undecodable.test(seen.text),
  },
  {
    name: "digest-or-size-mismatch",
    class: "corrupt",
    permanent: false,
    advice:
      "What arrived is not what its digest promises: try again, and suspect a proxy, a cache or the registry's storage if it goes on.",
    source:
      "e013, e205, e252, e294, e297, e298, e407; containerd content store; containers-image copy/digesting_reader.go; moby pull_v2.go",
    matches: mismatch,
  },
  {
    name: "layer-damaged-in-transfer",
    class: "corrupt",
    permanent: false,
    advice:
      "A layer could not be decompressed while it was being read: try again, and build the image anew if it goes on.",
    source: "e254; containers-image copy (the digest is known only after the last byte)",
    matches: undecodableWhileReading,
  },
];
