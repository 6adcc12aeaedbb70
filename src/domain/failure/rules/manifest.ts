import type { Rule } from "../rule.ts";
import { anyOf } from "./any-of.ts";

const unknownType = anyOf(
  /(?:encountered|found) unknown type/,
  /unsupported (?:manifest |layer |docker v2s2 |ociv1 |config )?(?:media ?type|mime type)/,
  /unsupported (?:docker )?v2s2/,
  /media ?type .{0,200}(?:no longer supported|not supported|unsupported)/,
  /unexpected media type/,
  /no processor for media-type/,
  /unimplemented manifest/,
  /unsupported (?:manifest|schema)/,
  /unsupported image-specific operation on artifact/,
  /invalid manifest class/,
  /encountered remote /,
  /‹(?:type|html)› not supported/,
  /media-type: (?:expected|cannot|schema)/,
  /unknown media type/,
  /accept header does not support/,
  /unrecognized image format/,
  /manifest (?:type|format) .{0,60}not supported/,
  /unknown manifest type/,
  /max depth exceeded/,
);
const schema1 = anyOf(
  /schema ?(?:version )?1 (?:image )?(?:manifests? )?(?:are |is )?(?:no longer|not) supported/,
  /schema 1 support/,
  /‹schema1›"? (?:is )?(?:no longer|not) supported/,
  /unsupported .{0,80}‹schema1›/,
  /missing signature key/,
  /manifest schema unsupported/,
);
const encrypted = anyOf(
  /ctd-decoder/,
  /decrypting layer/,
  /private key needed for decryption/,
  /no suitable key (?:unwrapper )?found/,
  /stream processor for ‹encrypted›/,
);
const tooLarge = anyOf(
  /rejecting \d{1,20} byte manifest/,
  /exceeded maximum allowed (?:artifact )?size/,
  /manifest (?:too large|exceeds)/,
  /manifest size .{0,40}exceed/,
);

/** The registry has something under this name, but no image that a runtime can run. */
export const manifestRules: readonly Rule[] = [
  {
    name: "encrypted-image",
    class: "unsupported-manifest",
    permanent: true,
    advice:
      "The image's layers are encrypted, and the runtime has no key or decoder for them: configure decryption on the node.",
    source: "e097, e255, e373; containerd diff/stream.go; ocicrypt",
    matches: encrypted,
  },
  {
    name: "schema-1-manifest",
    class: "unsupported-manifest",
    permanent: true,
    advice:
      "The image has a Docker schema 1 manifest, which runtimes no longer read: push it again with a current tool.",
    source: "e123, e328, e409, e410; containerd core/remotes/docker; moby distribution/pull_v2.go",
    matches: schema1,
  },
  {
    name: "manifest-too-large",
    class: "unsupported-manifest",
    permanent: true,
    advice: "The manifest is larger than the runtime accepts: rebuild the image with fewer layers and annotations.",
    source: "e039, e106, e209; containerd docker/resolver.go; containers-image internal/iolimits",
    matches: tooLarge,
  },
  {
    name: "not-a-runnable-image",
    class: "unsupported-manifest",
    permanent: true,
    advice:
      "This name is an artifact (a chart, a signature, a bundle) or has a media type that the runtime does not know: use an image, or update the runtime.",
    source: "e001, e077, e208, e330, e374; containerd core/images, diff; containers-image manifest; moby distribution",
    matches: unknownType,
  },
  {
    name: "manifest-not-acceptable",
    class: "unsupported-manifest",
    permanent: true,
    advice:
      "The registry has the image in no format that this runtime accepts: push it in a current format, or update the runtime.",
    source: "e102; HTTP 406 and 415",
    matches: (seen) => seen.httpStatus === 406 || seen.httpStatus === 415,
  },
  {
    name: "manifest-is-a-web-page",
    class: "unsupported-manifest",
    permanent: true,
    advice:
      "What the registry serves under this name is no manifest (a web page, perhaps): check the address and any proxy between.",
    source: "e263; CRI-O internal/ociartifact",
    matches: /parse manifest from blob/,
  },
];
