/** Bodies of answers, with a limit: a registry may be anything that answers. */
import type { IncomingMessage } from "node:http";

/** What is read of a body that nobody wants, so that its connection can be used again. */
const DROPPED_BYTES_MAX = 64 * 1024;

/** @returns undefined: it is longer than that, and its connection is closed */
export async function readBody(answer: IncomingMessage, bytesMax: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer) {
    if (!Buffer.isBuffer(chunk)) continue;
    bytes += chunk.length;
    // Leaving the loop destroys the answer, and with it the connection.
    if (bytes > bytesMax) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Reads to the end of what is not needed, or closes its connection. */
export async function dropBody(answer: IncomingMessage): Promise<void> {
  try {
    await readBody(answer, DROPPED_BYTES_MAX);
  } catch {
    // Whoever asked has what is needed of this answer: its head.
  }
}
