/**
 * A failed pull as CRI-O 1.35.0 words it, from what containerd 1.6 and docker-registry say. The texts are those recorded in
 * data/cri_errors.json; all come with the gRPC code Unknown.
 */
import { type ImageReference, parseImageReference } from "#domain/image/reference.ts";

interface Wording {
  /** Of containerd's text. */
  readonly pattern: RegExp;
  readonly say: (image: ImageReference, found: string) => string;
}

const wordings: readonly Wording[] = [
  { pattern: /401 Unauthorized|no basic auth credentials/, say: manifest("authentication required") },
  { pattern: /403 Forbidden/, say: manifest("requested access to the resource is denied") },
  { pattern: /429 Too Many Requests/, say: manifest('StatusCode: 429, "Too Many Requests"') },
  {
    pattern: /5\d\d [A-Z][A-Za-z ]+/,
    say: (image, status) => manifest(`received unexpected HTTP status: ${status}`)(image),
  },
  { pattern: /no match for platform/, say: noPlatform },
  { pattern: /no space left on device/, say: noSpace },
  { pattern: /dial tcp.*$/, say: ping },
  { pattern: /http: server gave HTTP response to HTTPS client/, say: ping },
  { pattern: /: not found$/, say: manifest("manifest unknown") },
  { pattern: /[^:]*$/, say: (image, cause) => `initializing source docker://${image.written}: ${cause.trim()}` },
];

/** @param image as the kubelet asked for it */
export function inCrioWords(image: string, containerdText: string): string {
  const parsed = parseImageReference(image);
  if (!parsed.ok || containerdText.includes("invalid reference format")) {
    return `cannot parse input: "${image}": invalid reference format`;
  }
  const found = wordings.flatMap(({ pattern, say }) => {
    const text = containerdText.match(pattern)?.[0];
    return text === undefined ? [] : [say(parsed.value, text)];
  });
  return twice(found[0] ?? containerdText);
}

/** From 1.35 on CRI-O tries a name as an image, then as an artifact, and reports both. */
function twice(cause: string): string {
  const text = `unable to pull image or OCI artifact: pull image err: ${cause}; artifact err: pull artifact: ${cause}`;
  // The kubelet makes a reason of its own of this first word.
  return cause.includes("connection refused") ? `RegistryUnavailable: ${text}` : text;
}

function manifest(cause: string): (image: ImageReference) => string {
  return ({ written, registry, path, tag, digest }) =>
    `initializing source docker://${written}: reading manifest ${digest ?? tag ?? "latest"} in ${registry}/${path}: ${cause}`;
}

function ping({ written, registry }: ImageReference, cause: string): string {
  const asked = `Get "http://${registry}/v2/"`;
  return `initializing source docker://${written}: pinging container registry ${registry}: ${asked}: ${cause}`;
}

function noPlatform({ written }: ImageReference): string {
  const wanted = 'architecture "amd64", variant "", OS "linux"';
  return `choosing an image from manifest list docker://${written}: no image found in manifest list for ${wanted}`;
}

function noSpace(): string {
  const file = "/var/tmp/container_images_storage3675505268/1";
  return `writing blob: storing blob to file "${file}": write ${file}: no space left on device`;
}
