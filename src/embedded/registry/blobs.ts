/** Blobs: reading them, whole or from an offset on (containerd resumes a download so), and removing them. */
import { isDigest } from "../digest.ts";
import { type Answer, answer, refuse } from "./answer.ts";
import { byteRange } from "./byte-range.ts";
import type { Exchange } from "./exchange.ts";
import type { MemoryStore } from "./memory-store.ts";

export interface BlobPlace {
  readonly repository: string;
  readonly reference: string;
}

export function answerBlob(store: MemoryStore, { repository, reference }: BlobPlace, exchange: Exchange): Answer {
  if (!isDigest(reference)) return refuse("DIGEST_INVALID");
  switch (exchange.method) {
    case "GET":
    case "HEAD": {
      const blob = store.blob(repository, reference);
      return blob ? getBlob(blob, reference, exchange) : refuse("BLOB_UNKNOWN", { detail: reference });
    }
    case "DELETE":
      return store.deleteBlob(repository, reference) ? answer(202) : refuse("BLOB_UNKNOWN");
    default:
      return refuse("UNSUPPORTED", { headers: { Allow: "DELETE, GET, HEAD" } });
  }
}

function getBlob(blob: Uint8Array, digest: string, exchange: Exchange): Answer {
  const etag = `"${digest}"`;
  const headers = {
    "Content-Type": "application/octet-stream",
    "Docker-Content-Digest": digest,
    "Accept-Ranges": "bytes",
    "Cache-Control": "max-age=31536000",
    Etag: etag,
  };
  if (exchange.headers["if-none-match"] === etag) return answer(304);
  const range = exchange.headers.range;
  // Several ranges in one request are answered with the whole, which RFC 9110 section 14.2 permits.
  if (range === undefined || range.includes(",")) return answer(200, headers, blob);
  const part = byteRange(range, blob.length);
  if (part === undefined) return refuse("RANGE_INVALID", { headers: { "Content-Range": `bytes */${blob.length}` } });
  const contentRange = `bytes ${part.from}-${part.to - 1}/${blob.length}`;
  return answer(206, { ...headers, "Content-Range": contentRange }, blob.subarray(part.from, part.to));
}
