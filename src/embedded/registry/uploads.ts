/** Uploads of blobs: POST starts one, PATCH appends, PUT with the digest ends it; or POST mounts a blob from another repository. */
import { isDigest, matchesDigest } from "../digest.ts";
import { type Answer, answer, refuse } from "./answer.ts";
import type { Exchange } from "./exchange.ts";
import type { MemoryStore, Upload } from "./memory-store.ts";

export interface UploadPlace {
  readonly repository: string;
  readonly upload?: string;
}

export async function answerUpload(store: MemoryStore, place: UploadPlace, exchange: Exchange): Promise<Answer> {
  if (place.upload === undefined) {
    if (exchange.method !== "POST") return refuse("UNSUPPORTED", { headers: { Allow: "POST" } });
    return startUpload(store, place.repository, exchange);
  }
  const upload = store.upload(place.repository, place.upload);
  if (upload === undefined) return refuse("BLOB_UPLOAD_UNKNOWN");
  switch (exchange.method) {
    case "GET":
    case "HEAD":
      return answer(204, progress(upload, exchange));
    case "PATCH":
      return appendChunk(upload, exchange);
    case "PUT":
      return endUpload(store, upload, exchange);
    case "DELETE":
      store.endUpload(upload);
      return answer(204, { "Docker-Upload-UUID": upload.id });
    default:
      return refuse("UNSUPPORTED", { headers: { Allow: "DELETE, GET, HEAD, PATCH, PUT" } });
  }
}

/** A digest in the query is ignored, as docker-registry 2.8 does: the specification lets the client then go on with PUT. */
function startUpload(store: MemoryStore, repository: string, exchange: Exchange): Answer {
  const mount = exchange.query.get("mount");
  const from = exchange.query.get("from");
  const mounted = mount !== null && from !== null && exchange.mayPull(from) ? store.blob(from, mount) : undefined;
  if (mount !== null && mounted !== undefined) {
    store.putBlob(repository, mount, mounted);
    return answer(201, stored(repository, mount, exchange));
  }
  return answer(202, progress(store.startUpload(repository), exchange));
}

async function appendChunk(upload: Upload, exchange: Exchange): Promise<Answer> {
  const start = /^(?:bytes )?(\d+)-/.exec(exchange.headers["content-range"] ?? "")?.[1];
  if (start !== undefined && Number(start) !== received(upload)) {
    return refuse("RANGE_INVALID", { headers: progress(upload, exchange) });
  }
  const bytes = await exchange.readBody();
  if (bytes !== undefined) upload.chunks.push(bytes);
  return answer(202, progress(upload, exchange));
}

async function endUpload(store: MemoryStore, upload: Upload, exchange: Exchange): Promise<Answer> {
  const digest = exchange.query.get("digest");
  if (digest === null) return refuse("DIGEST_INVALID", { detail: "digest missing" });
  if (!isDigest(digest)) return refuse("DIGEST_INVALID", { detail: "digest parsing failed" });
  const last = await exchange.readBody();
  const blob = Buffer.concat(last === undefined ? upload.chunks : [...upload.chunks, last]);
  if (!matchesDigest(blob, digest)) return refuse("DIGEST_INVALID", { detail: { Digest: digest } });
  store.endUpload(upload);
  store.putBlob(upload.repository, digest, blob);
  return answer(201, stored(upload.repository, digest, exchange));
}

function stored(repository: string, digest: string, exchange: Exchange): Record<string, string> {
  return { Location: `${exchange.origin}/v2/${repository}/blobs/${digest}`, "Docker-Content-Digest": digest };
}

/** `Range` names the last byte that came in, and is `0-0` for none as well as for one. */
function progress(upload: Upload, exchange: Exchange): Record<string, string> {
  return {
    Location: `${exchange.origin}/v2/${upload.repository}/blobs/uploads/${upload.id}`,
    Range: `0-${Math.max(0, received(upload) - 1)}`,
    "Docker-Upload-UUID": upload.id,
  };
}

function received(upload: Upload): number {
  return upload.chunks.reduce((sum, chunk) => sum + chunk.length, 0);
}
