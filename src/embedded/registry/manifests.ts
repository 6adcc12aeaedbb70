/** Manifests and tags. Where the specification leaves room, this does what docker-registry 2.8 does. */
import { isDigest, matchesDigest, sha256Of } from "../digest.ts";
import { type Answer, answer, answerJson, refuse, refuseAll } from "./answer.ts";
import type { Exchange } from "./exchange.ts";
import { isOci, kindOf, readManifestReferences } from "./manifest-references.ts";
import type { MemoryStore, StoredManifest } from "./memory-store.ts";

const SIZE_MAX = 4 * 1024 * 1024;
const tagPattern = /^\w[\w.-]{0,127}$/;

export interface ManifestPlace {
  readonly repository: string;
  /** A tag or a digest. */
  readonly reference: string;
}

export async function answerManifest(store: MemoryStore, place: ManifestPlace, exchange: Exchange): Promise<Answer> {
  switch (exchange.method) {
    case "GET":
    case "HEAD":
      return getManifest(store, place, exchange);
    case "PUT":
      return putManifest(store, place, exchange);
    case "DELETE":
      return deleteManifest(store, place);
    default:
      return refuse("UNSUPPORTED", { headers: { Allow: "DELETE, GET, HEAD, PUT" } });
  }
}

export function answerTags(store: MemoryStore, repository: string, exchange: Exchange): Answer {
  if (exchange.method !== "GET") return refuse("UNSUPPORTED", { headers: { Allow: "GET" } });
  const all = store.tags(repository);
  if (all === undefined) return refuse("NAME_UNKNOWN", { detail: { name: repository } });
  const last = exchange.query.get("last");
  const after = last === null ? all : all.filter((tag) => tag > last);
  const page = after.slice(0, pageSize(exchange.query.get("n")) ?? after.length);
  const next = page.length < after.length ? page.at(-1) : undefined;
  if (next === undefined) return answerJson(200, { name: repository, tags: page });
  const link = `</v2/${repository}/tags/list?n=${page.length}&last=${next}>; rel="next"`;
  return answerJson(200, { name: repository, tags: page }, { Link: link });
}

function getManifest(store: MemoryStore, place: ManifestPlace, exchange: Exchange): Answer {
  const manifest = store.manifest(place.repository, place.reference);
  if (manifest === undefined) return refuse("MANIFEST_UNKNOWN", { detail: unknownDetail(place) });
  if (isOci(manifest.mediaType) && !accepts(exchange, manifest.mediaType)) {
    const [what, plural] = kindOf(manifest.mediaType) === "index" ? ["index", "indexes"] : ["manifest", "manifests"];
    return refuse("MANIFEST_UNKNOWN", {
      message: `OCI ${what} found, but accept header does not support OCI ${plural}`,
    });
  }
  const etag = `"${manifest.digest}"`;
  if (exchange.headers["if-none-match"] === etag) return answer(304);
  return answer(
    200,
    { "Content-Type": manifest.mediaType, "Docker-Content-Digest": manifest.digest, Etag: etag },
    manifest.bytes,
  );
}

async function putManifest(store: MemoryStore, place: ManifestPlace, exchange: Exchange): Promise<Answer> {
  const { repository, reference } = place;
  const byDigest = isDigest(reference);
  if (!byDigest && !tagPattern.test(reference)) return refuse("MANIFEST_INVALID", { detail: "invalid tag" });
  const bytes = await exchange.readBody(SIZE_MAX);
  if (bytes === undefined) return refuse("MANIFEST_INVALID", { detail: "request body too large" });
  if (byDigest && !matchesDigest(bytes, reference)) return refuse("DIGEST_INVALID");
  const mediaType = exchange.headers["content-type"]?.split(";", 1)[0]?.trim() ?? "";
  const references = readManifestReferences(mediaType, bytes);
  if (!references.ok) return refuse("MANIFEST_INVALID", { detail: references.error });
  const { blobs, manifests } = references.value;
  const missing = [
    ...blobs.filter((digest) => store.blob(repository, digest) === undefined),
    ...manifests.filter((digest) => store.manifest(repository, digest) === undefined),
  ];
  if (missing.length > 0) return refuseAll("MANIFEST_BLOB_UNKNOWN", missing);
  const manifest: StoredManifest = { mediaType, bytes, digest: byDigest ? reference : sha256Of(bytes) };
  store.putManifest(repository, manifest, byDigest ? undefined : reference);
  const location = `${exchange.origin}/v2/${repository}/manifests/${manifest.digest}`;
  return answer(201, { "Docker-Content-Digest": manifest.digest, Location: location });
}

/** By digest only: docker-registry 2.8 does not remove single tags, and the specification leaves that open. */
function deleteManifest(store: MemoryStore, { repository, reference }: ManifestPlace): Answer {
  if (!isDigest(reference)) return refuse("DIGEST_INVALID");
  return store.deleteManifest(repository, reference) ? answer(202) : refuse("MANIFEST_UNKNOWN");
}

/** The type must be named: docker-registry 2.8 does not count the wildcard. */
function accepts(exchange: Exchange, mediaType: string): boolean {
  const accepted = exchange.headers.accept?.split(",") ?? [];
  return accepted.some((entry) => entry.split(";", 1)[0]?.trim() === mediaType);
}

function unknownDetail({ repository, reference }: ManifestPlace): object {
  return isDigest(reference) ? { Name: repository, Revision: reference } : { Tag: reference };
}

function pageSize(n: string | null): number | undefined {
  return n !== null && /^\d+$/.test(n) ? Number(n) : undefined;
}
