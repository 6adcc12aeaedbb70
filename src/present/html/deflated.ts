import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createDeflateRaw } from "node:zlib";

/** Text as base64 of raw deflate, which browsers undo without any library (DecompressionStream, "deflate-raw"). */
export async function* deflated(text: Iterable<string>): AsyncGenerator<string> {
  const deflate = createDeflateRaw();
  const written = pipeline(Readable.from(text), deflate);
  // What goes wrong is thrown by the loop; when the reader stops early, nothing went wrong.
  written.catch(() => {});
  let rest: Buffer = Buffer.alloc(0);
  for await (const piece of bytesOf(deflate)) {
    const bytes = Buffer.concat([rest, piece]);
    // Three bytes are four letters, so only whole threes can be joined.
    const end = bytes.length - (bytes.length % 3);
    yield bytes.toString("base64", 0, end);
    rest = bytes.subarray(end);
  }
  await written;
  yield rest.toString("base64");
}

async function* bytesOf(stream: AsyncIterable<unknown>): AsyncGenerator<Buffer> {
  for await (const piece of stream) if (Buffer.isBuffer(piece)) yield piece;
}
