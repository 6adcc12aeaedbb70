import { fail, ok, type Result } from "#domain/result.ts";

/**
 * One message as gRPC puts it on the wire: a byte that says whether it is compressed, its length, and the message itself
 * (gRPC over HTTP/2, "Length-Prefixed-Message").
 */
const PREFIX_BYTES = 5;

export function frameMessage(message: Uint8Array): Uint8Array {
  const frame = Buffer.alloc(PREFIX_BYTES + message.length);
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, PREFIX_BYTES);
  return frame;
}

export interface MessageReader {
  /** @returns false once the message is known to be longer than it may be: what follows is not kept */
  push(piece: Uint8Array): boolean;
  /** The message, once everything has come; the error says what is wrong with it. */
  message(): Result<Buffer, string>;
}

/** Puts the one message of an answer together. Larder asks for no compression, so there must be none. */
export function messageReader(bytesMax: number): MessageReader {
  const pieces: Uint8Array[] = [];
  let received = 0;
  return {
    push(piece) {
      pieces.push(piece);
      received += piece.length;
      return received <= PREFIX_BYTES + bytesMax;
    },
    message() {
      const frame = Buffer.concat(pieces);
      if (frame.length < PREFIX_BYTES) return fail("the answer has no message");
      if (frame[0] !== 0) return fail("the answer is compressed, which nobody asked for");
      const length = frame.readUInt32BE(1);
      const message = frame.subarray(PREFIX_BYTES);
      return message.length === length
        ? ok(message)
        : fail(`the answer has ${message.length} bytes instead of ${length}`);
    },
  };
}
