import type { Rule } from "../rule.ts";
import { anyOf } from "./any-of.ts";

const wrongName = anyOf(
  /invalid reference/,
  /(?:failed to|couldn't|could not|cannot|unable to) parse (?:image )?(?:reference|name|input)/,
  /parse image name/,
  /parsing (?:image )?reference/,
  /invalid (?:image|repository|namespace|registry|index) name/,
  /invalidimagename/,
  /repository name (?:\(.{0,300}\) )?must/,
  /cannot normalize input/,
  /is an empty reference/,
  /invalid tag format/,
  /64-(?:byte|character) hexadecimal/,
  /both a tag and digest are currently not supported/,
  /has neither a tag nor a digest/,
  /name_invalid/,
  /(?:^|[:\n] ?)name invalid:/,
  /(?:object|hostname) required$/,
);
const shortName = anyOf(
  /short[- ]name.{0,600}?(?:ambiguous|did not resolve|enforc)/,
  /no unqualified-search registries/,
  /returns ambiguous list/,
  /did not resolve to an alias/,
);
/** Digests in answers of a registry are the registry's fault, and judged with the content. */
const wrongDigest = /invalid checksum digest|invalid digest (?:format|length)|unsupported digest algorithm/;
const saidByRegistry = /in header|invalid desc|descriptor|manifest|\bblob\b|layer|digest specification/;

/** The name itself is wrong: no registry was asked. */
export const referenceRules: readonly Rule[] = [
  {
    name: "short-name-unresolved",
    class: "invalid-reference",
    permanent: true,
    advice:
      "Write the image with its registry (for example docker.io/library/busybox): this node resolves no short names.",
    source: "e274; containers-image pkg/shortnames/shortnames.go; CRI-O internal/storage/image.go",
    matches: shortName,
  },
  {
    name: "invalid-reference",
    class: "invalid-reference",
    permanent: true,
    advice:
      "Correct the image reference: it must read registry/repository:tag or registry/repository@digest, in lower case and without a scheme.",
    source:
      "e054, e120, e213, e414; distribution/reference; containerd pkg/reference; containers-image docker/reference; errcode NAME_INVALID",
    matches: wrongName,
  },
  {
    name: "invalid-digest-in-reference",
    class: "invalid-reference",
    permanent: true,
    advice: "Correct the digest in the image reference: it must be sha256: and 64 lower-case hexadecimal digits.",
    source: "opencontainers/go-digest",
    matches: (seen) => wrongDigest.test(seen.text) && !saidByRegistry.test(seen.text),
  },
];
