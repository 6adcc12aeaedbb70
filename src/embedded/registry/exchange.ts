import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { Call } from "./call.ts";

/** What a handler may know of a request that was let in. */
export interface Exchange {
  readonly method: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly origin: string;
  /** Whether whoever sent this may also read another repository, which mounting a blob from there needs. */
  mayPull(repository: string): boolean;
  /** @returns undefined if the body is longer than `limit` bytes (default: no limit) */
  readBody(limit?: number): Promise<Uint8Array | undefined>;
}

export function exchangeOf(call: Call, message: IncomingMessage, mayPull: (repository: string) => boolean): Exchange {
  return {
    method: call.method,
    query: call.query,
    headers: message.headers,
    origin: call.origin,
    mayPull,
    readBody: (limit) => readBody(message, limit ?? Number.POSITIVE_INFINITY),
  };
}

async function readBody(message: IncomingMessage, limit: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // What is too long is still read to its end, since a client that is cut off in mid-upload does not see the answer.
  for await (const chunk of message) {
    if (!(chunk instanceof Uint8Array)) continue;
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
  }
  return size <= limit ? Buffer.concat(chunks) : undefined;
}
