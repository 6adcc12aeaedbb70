import { crc32 } from "node:zlib";

const BLOCK_MAX = 0xffff;
/** Magic, deflate, no flags, no time stamp, no level, unknown system. */
const HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);

/**
 * A gzip file whose blocks are stored, not compressed (RFC 1952, RFC 1951 section 3.2.4). What zlib makes of the same
 * input differs between Node versions, and so would the digests of test images; these bytes are the same everywhere.
 */
export function storedGzip(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [HEADER];
  let at = 0;
  do {
    const block = bytes.subarray(at, at + BLOCK_MAX);
    at += block.length;
    const head = Buffer.alloc(5);
    head.writeUInt8(at >= bytes.length ? 1 : 0, 0);
    head.writeUInt16LE(block.length, 1);
    head.writeUInt16LE(~block.length & 0xffff, 3);
    parts.push(head, block);
  } while (at < bytes.length);
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(bytes), 0);
  trailer.writeUInt32LE(bytes.length % 2 ** 32, 4);
  return Buffer.concat([...parts, trailer]);
}
