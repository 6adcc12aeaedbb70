/**
 * Wordings that stand next to the recorded ones: the other errors of the same tables in Go, Linux, gRPC, the runtimes and the registries.
 * Nobody recorded them; their meaning is that of their neighbours.
 */
import { describe, expect, it } from "vitest";
import { classify } from "./classify.ts";

const digest = `sha256:${"a".repeat(64)}`;
const pull = 'failed to pull and unpack image "r.example.com/a/b:v1": ';
const asked = (message: string, grpcCode?: string) => {
  const { class: failureClass, permanent } = classify({ message, ...(grpcCode && { grpcCode }) });
  return `${failureClass}${permanent ? ", permanent" : ""}`;
};

function expectEach(verdict: string, messages: readonly string[], grpcCode?: string): void {
  for (const message of messages) expect(`${asked(message, grpcCode)} ← ${message}`).toBe(`${verdict} ← ${message}`);
}

const whileUnpacking = (cause: string) => [
  `${pull}failed to extract layer ${digest}: mount callback failed on /var/lib/containerd/tmpmounts/containerd-mount1: ${cause}: unknown`,
  `writing blob: adding layer with blob "${digest}"/""/"${digest}": unpacking failed (error: exit status 1; output: ${cause})`,
  `failed to register layer: ${cause}`,
];

describe("content", () => {
  it.each([
    "gzip: invalid header",
    "gzip: invalid checksum",
    "flate: corrupt input before offset 8",
    "archive/tar: invalid tar header",
    "unexpected EOF",
    "zstd: invalid input: magic number mismatch",
    "exit status 1: unpigz: skipping: <stdin>: corrupted -- invalid deflate data (invalid code lengths set)",
  ])("of a verified layer: %s", (cause) => expectEach("corrupt, permanent", whileUnpacking(cause)));

  it("contradicts itself", () =>
    expectEach("corrupt, permanent", [
      `${pull}wrong diff id "${digest}" calculated on extraction "${digest}", desc "${digest}"`,
      "layers from manifest don't match image configuration",
      `${pull}wrong diff id calculated on extraction "${digest}"`,
      `preparing to verify blob md5:abc: invalid digest specification "md5:abc": unsupported digest algorithm "md5"`,
      `${pull}unmarshal image config: unexpected end of JSON input`,
      "parsing image configuration: json: cannot unmarshal array into Go value of type struct",
    ]));

  it("is not what was promised", () =>
    expectEach("corrupt", [
      `manifest verification failed for digest ${digest}`,
      `image config verification failed for digest ${digest}`,
      `Manifest does not match provided manifest digest ${digest}`,
      `reading blob ${digest}: blob size mismatch`,
      `Download config.json digest ${digest} does not match expected ${digest}`,
      `error verifying sha256 checksum after reading 123 bytes; got "${digest}", want "${digest}"`,
      `${pull}failed commit on ref "layer-${digest}": unexpected commit size 123, expected 456: failed precondition`,
    ]));

  it("is for another platform", () =>
    expectEach("platform, permanent", [
      "no matching manifest for linux/arm64/v8 in the manifest list entries: no match for platform in manifest: not found",
      'parse manifest list: choose manifest instance: no image found in image index for architecture "amd64", variant "", OS "linux"',
      'image operating system "windows" cannot be used on this platform: operating system is not supported',
      'cannot download image with operating system "windows" when requesting "linux"',
      "image with reference docker.io/a/b was found but does not match the specified platform: wanted linux/arm64, actual: linux/amd64",
      "a Windows version 10.0.17763-based image is incompatible with a 10.0.14393 host",
    ]));

  it("is nothing that runs", () =>
    expectEach("unsupported-manifest, permanent", [
      `${pull}failed to unpack image on snapshotter overlayfs: unexpected media type text/html for ${digest}: not found`,
      'Encountered remote "application/vnd.cncf.helm.config.v1+json"(unknown) when fetching',
      "unsupported manifest media type and no default available: application/vnd.oci.artifact.manifest.v1+json",
      "manifest unknown: OCI manifest found, but accept header does not support OCI manifests",
      "schema 1 image manifests are no longer supported: invalid argument",
      `decrypting layer ${digest}: no suitable key unwrapper found or none of the private keys could be used for decryption`,
      'Unimplemented manifest MIME type "application/x"',
      'mediatype "application/vnd.docker.plugin.v1+json" is not supported',
    ]));
});

describe("answers of registries", () => {
  it("want a login", () =>
    expectEach("unauthorized, permanent", [
      "pull access denied, repository does not exist or may require authorization: server message: invalid_token: authorization failed",
      "reading manifest v1 in us-docker.pkg.dev/p/r/a: unauthorized: You don't have the needed permissions to perform this operation, and you may have invalid credentials.",
      "failed to decode auth for image: illegal base64 data at input byte 4",
      'getting username and password: 1 error occurred:\n\t* error getting credentials - err: exec: "docker-credential-ecr-login": executable file not found in $PATH, out: ``',
      `${pull}failed to authorize: no realm specified for token auth challenge`,
      "pinging container registry r.example.com: missing realm in bearer auth challenge",
    ]));

  it("deny", () =>
    expectEach("forbidden, permanent", [
      'denied: Unauthenticated request. Unauthenticated requests do not have permission "artifactregistry.repositories.downloadArtifacts" on resource "projects/p/locations/us/repositories/r" (or it may not exist)',
      'denied: Permission denied for "v1" from request "/v2/project/image/manifests/v1".',
      "repository docker.io/a/b not found: does not exist or no pull access",
    ]));

  it("want patience", () =>
    expectEach("rate-limited", [
      "reading manifest v1 in docker.io/a/b: toomanyrequests: You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit",
      "fetching blob: too many requests to registry",
      "denied: Quota exceeded for quota metric 'Requests per project per region'",
      "ThrottlingException: Rate exceeded",
    ]));

  it("have nothing", () =>
    expectEach("not-found, permanent", [
      `${pull}failed to copy: httpReadSeeker: failed open: could not fetch content descriptor ${digest} (application/vnd.oci.image.layer.v1.tar+gzip) from remote: not found`,
      "Error: image library/foo:latest not found",
      "reading manifest v1 in r.example.com/a/b: name unknown: The repository with name 'a/b' does not exist in the registry with id '123456789012'",
      "reading manifest v1 in quay.io/a/b: manifest unknown: Tag v1 was deleted or has expired. To pull, revive via time machine",
      "reading manifest: NAME_UNKNOWN: repository name not known to registry",
      "GET https://r.example.com/v2/a/b/manifests/v1: MANIFEST_UNKNOWN: manifest unknown; unknown tag=v1",
    ]));

  it("refuse by policy", () => {
    expectEach("signature-policy, permanent", [
      `${pull}image verifier bindir blocked pull of r.example.com/a/b:v1 with digest ${digest} for reason: verifier deny rejected image (exit code 1): nope`,
      "remote trust data does not exist for docker.io/a/b: notary.docker.io does not have trust data for docker.io/a/b",
      'Source image rejected: Signature for identity "r.example.com/a/b:v1" is not accepted',
    ]);
    expectEach("signature-policy", [
      'SignatureValidationFailed: Source image rejected: reading signatures: Get "https://sig.example.com/x": dial tcp 10.0.0.1:443: connect: connection refused',
    ]);
  });
});

describe("names that are none", () => {
  it("are told before anything is asked", () =>
    expectEach("invalid-reference, permanent", [
      'cannot parse input: "r.example.com/a:v1:v2": invalid reference format',
      'failed to parse image reference "x@sha256:123": invalid checksum digest length',
      `invalid repository name (${"a".repeat(64)}), cannot specify 64-byte hexadecimal strings`,
      "repository name must not be more than 255 characters",
      "Docker references with both a tag and digest are currently not supported",
      "short-name resolution enforced but cannot prompt without a TTY",
    ]));
});

describe("what says nothing", () => {
  it("is unknown", () =>
    expectEach("unknown", [
      "",
      "ErrImagePull",
      'Container image "x" is not present with pull policy of Never',
      "the moon is made of cheese",
      `resolve pulled image r.example.com/a/b@${digest}: not found in container storage (image not known) or artifact store (no such artifact)`,
      `writing blob: layer for blob "${digest}" not found`,
      `${pull}failed to extract layer ${digest}: operation not permitted: unknown`,
    ]));
});
