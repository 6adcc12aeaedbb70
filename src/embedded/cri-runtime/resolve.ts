import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { ImageReference } from "#domain/image/reference.ts";
import { CallRefused } from "./failure.ts";
import { type Descriptor, isDigest, MANIFEST_TYPES_ACCEPTED } from "./manifest.ts";
import type { RegistryClient } from "./registry-client.ts";

const MANIFEST_BYTES_MAX = 4 * 1024 * 1024;

/**
 * Asks the registry what a name stands for now.
 * @param name normalized, for the words of refusals
 */
export async function resolveReference(
  reference: ImageReference,
  name: string,
  client: RegistryClient,
): Promise<Descriptor> {
  const places =
    reference.digest === undefined
      ? [["manifests", reference.tag ?? "latest"] as const]
      : [["manifests", reference.digest] as const, ["blobs", reference.digest] as const];
  let firstRefusal: CallRefused | undefined;
  for (const [kind, object] of places) {
    try {
      const answer = await client.request("HEAD", kind, object, { Accept: MANIFEST_TYPES_ACCEPTED });
      answer.resume();
      const status = answer.statusCode ?? 0;
      if (status < 300) return await describe(answer, kind, object, reference, client);
      if (status !== 404) throw refusedWith(answer, kind, object, client);
    } catch (error) {
      firstRefusal ??= accessDenied(error);
    }
  }
  throw firstRefusal ?? new CallRefused("NotFound", `${name}: not found`);
}

async function describe(
  head: IncomingMessage,
  kind: string,
  object: string,
  reference: ImageReference,
  client: RegistryClient,
): Promise<Descriptor> {
  const size = Number(head.headers["content-length"] ?? -1);
  const said = head.headers["docker-content-digest"];
  const digest = reference.digest ?? (typeof said === "string" ? said : undefined);
  if (digest !== undefined && !isDigest(digest)) {
    throw new CallRefused("Unknown", `"${digest}" in header not a valid digest: invalid checksum digest format`);
  }
  const mediaType = mediaTypeOf(head);
  if (digest === undefined || size < 0) return describeByReading(kind, object, digest, client);
  if (size > MANIFEST_BYTES_MAX) {
    throw new CallRefused("NotFound", `rejecting ${size} byte manifest for ${object}: not found`);
  }
  return { mediaType, digest, size };
}

/** For registries that say no digest or no length. */
async function describeByReading(
  kind: string,
  object: string,
  digest: string | undefined,
  client: RegistryClient,
): Promise<Descriptor> {
  const answer = await client.request("GET", kind, object, { Accept: MANIFEST_TYPES_ACCEPTED });
  if ((answer.statusCode ?? 0) >= 300) throw refusedWith(answer.resume(), kind, object, client);
  const hash = createHash("sha256");
  let size = 0;
  for await (const chunk of answer) {
    if (!Buffer.isBuffer(chunk)) continue;
    hash.update(chunk);
    size += chunk.length;
    if (size > MANIFEST_BYTES_MAX) {
      throw new CallRefused("NotFound", `rejecting ${size} byte manifest for ${object}: not found`);
    }
  }
  return { mediaType: mediaTypeOf(answer), digest: digest ?? `sha256:${hash.digest("hex")}`, size };
}

function refusedWith(answer: IncomingMessage, kind: string, object: string, client: RegistryClient): CallRefused {
  const status = `${answer.statusCode} ${answer.statusMessage}`;
  const code = (answer.statusCode ?? 0) > 399 ? "status code" : "unexpected status code";
  return new CallRefused(
    "Unknown",
    `pulling from host ${client.host} failed with ${code} [${kind} ${object}]: ${status}`,
  );
}

function accessDenied(error: unknown): CallRefused {
  if (!(error instanceof CallRefused)) throw error;
  if (!error.message.endsWith("authorization failed")) return error;
  const words = "pull access denied, repository does not exist or may require authorization";
  return new CallRefused(error.status, `${words}: ${error.message}`);
}

function mediaTypeOf(answer: IncomingMessage): string {
  return (answer.headers["content-type"] ?? "").split(";", 1)[0]?.trim() ?? "";
}
