/** Manifests in answers, and whether they are what was asked for. */
import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { ImageReference } from "#domain/image/reference.ts";
import type { Manifest, ManifestContent } from "#ports/registry.ts";
import { readBody } from "./body.ts";
import type { Followed } from "./redirects.ts";
import { isWebPage } from "./refusal.ts";
import { unreachable } from "./unanswered.ts";

/** What registries take, too (OCI distribution specification, "Pushing Manifests"). */
const MANIFEST_BYTES_MAX = 4 * 1024 * 1024;

const digestPattern = /^(?:sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})$/;

/** @returns undefined: the answer does not say which digest it is about */
export function manifestInHead({ answer, from }: Followed, image: ImageReference): Manifest | undefined {
  expectNoWebPage(answer, from);
  const digest = digestIn(answer) ?? image.digest;
  if (digest === undefined) return undefined;
  if (image.digest !== undefined && digest !== image.digest) throw otherDigest(from);
  const length = answer.headers["content-length"];
  const sizeBytes = length !== undefined && /^\d{1,15}$/.test(length) ? Number(length) : undefined;
  return { digest, mediaType: typeIn(answer), sizeBytes };
}

export async function manifestInBody({ answer, from }: Followed, image: ImageReference): Promise<ManifestContent> {
  expectNoWebPage(answer, from);
  const bytes = await readBody(answer, MANIFEST_BYTES_MAX);
  if (bytes === undefined) throw unreachable("protocol", `${from.host} sends a manifest of more than 4 MiB`);
  for (const said of [image.digest, digestIn(answer)])
    if (said !== undefined && digestOf(bytes, said) !== said) throw otherDigest(from);
  const document = parseObject(bytes);
  if (document === undefined) throw unreachable("protocol", `${from.host} sends a manifest that is no JSON object`);
  const inside = "mediaType" in document && typeof document.mediaType === "string" ? document.mediaType : "";
  const type = typeIn(answer);
  const mediaType = type === "" || /^application\/(?:json|octet-stream)$/.test(type) ? inside || type : type;
  return {
    digest: image.digest ?? digestIn(answer) ?? digestOf(bytes, "sha256:"),
    mediaType,
    sizeBytes: bytes.length,
    bytes,
  };
}

function expectNoWebPage(answer: IncomingMessage, from: URL): void {
  if (!isWebPage(answer)) return;
  answer.destroy();
  throw unreachable("protocol", `${from.host} answered with a web page where a manifest belongs`);
}

function otherDigest(from: URL): Error {
  return unreachable("protocol", `${from.host} sends another manifest than the one with the digest that was asked for`);
}

function digestIn({ headers }: IncomingMessage): string | undefined {
  const digest = headers["docker-content-digest"];
  return typeof digest === "string" && digestPattern.test(digest) ? digest : undefined;
}

/** With the algorithm of another digest. */
function digestOf(bytes: Uint8Array, like: string): string {
  const algorithm = like.slice(0, like.indexOf(":"));
  return `${algorithm}:${createHash(algorithm).update(bytes).digest("hex")}`;
}

function typeIn({ headers }: IncomingMessage): string {
  return headers["content-type"]?.split(";", 1)[0]?.trim() ?? "";
}

function parseObject(bytes: Buffer): object | undefined {
  try {
    const document: unknown = JSON.parse(bytes.toString("utf8"));
    return typeof document === "object" && document !== null && !Array.isArray(document) ? document : undefined;
  } catch {
    return undefined;
  }
}
