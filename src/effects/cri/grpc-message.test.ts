import { array, assert, constant, integer, oneof, property, uint8Array } from "fast-check";
import { describe, expect, it } from "vitest";
import { frameMessage, messageReader } from "./grpc-message.ts";

describe("a message on the wire", () => {
  it("comes back as it was, into whatever pieces it was cut", () => {
    const pieceLengths = array(oneof(constant(1), integer({ min: 1, max: 50 })), { minLength: 1 });
    assert(
      property(uint8Array({ maxLength: 300 }), pieceLengths, (message, lengths) => {
        const reader = messageReader(300);
        const frame = frameMessage(message);
        for (let at = 0, n = 0; at < frame.length; n++) {
          const length = lengths[n % lengths.length] ?? 1;
          expect(reader.push(frame.subarray(at, at + length))).toBe(true);
          at += length;
        }
        expect(reader.message()).toEqual({ ok: true, value: Buffer.from(message) });
      }),
    );
  });

  it("that is longer than it may be is known before it is whole", () => {
    const reader = messageReader(10);
    const frame = frameMessage(new Uint8Array(20));
    expect(reader.push(frame.subarray(0, 15))).toBe(true);
    expect(reader.push(frame.subarray(15, 16))).toBe(false);
  });

  it.each([
    ["nothing", Buffer.alloc(0), "the answer has no message"],
    ["half a prefix", Buffer.alloc(3), "the answer has no message"],
    ["a cut one", frameMessage(Buffer.from("abcd")).subarray(0, 7), "the answer has 2 bytes instead of 4"],
    ["a compressed one", Buffer.from([1, 0, 0, 0, 0]), "the answer is compressed, which nobody asked for"],
  ])("%s is no message", (_, bytes, error) => {
    const reader = messageReader(10);
    reader.push(bytes);
    expect(reader.message()).toEqual({ ok: false, error });
  });
});
