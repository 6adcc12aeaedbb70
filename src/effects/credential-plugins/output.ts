import type { Readable } from "node:stream";

/** Of what stays of standard error, at its start and at its end, in bytes. */
const END_LENGTH = 16 * 1024;

/**
 * Everything that a stream brings, up to `max` bytes; then `exceeded` is called once and the rest is dropped.
 * @returns gives what came so far
 */
export function collectAll(stream: Readable, max: number, exceeded: () => void): () => Buffer {
  const chunks: Buffer[] = [];
  let length = 0;
  stream.on("error", () => {});
  stream.on("data", (chunk: Buffer) => {
    const isOver = length > max;
    length += chunk.length;
    if (length <= max) chunks.push(chunk);
    else if (!isOver) exceeded();
  });
  return () => Buffer.concat(chunks);
}

/** The start and the end of a stream of any length: what a program says of its failure is at one of them. */
export function collectEnds(stream: Readable): () => Buffer {
  let start = Buffer.alloc(0);
  let end = Buffer.alloc(0);
  stream.on("error", () => {});
  stream.on("data", (chunk: Buffer) => {
    const room = END_LENGTH - start.length;
    start = Buffer.concat([start, chunk.subarray(0, room)]);
    end = Buffer.from(Buffer.concat([end, chunk.subarray(room)]).subarray(-END_LENGTH));
  });
  return () => Buffer.concat([start, end]);
}
