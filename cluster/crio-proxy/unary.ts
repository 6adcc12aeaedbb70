/** One message there, one message back: the calls whose content the proxy changes. */
import type { ClientHttp2Session, IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";
import { buffer } from "node:stream/consumers";

export interface Answer {
  /** Of gRPC; 0 is OK. */
  readonly code: number;
  /** Of an error. */
  readonly text: string;
  readonly message: Uint8Array;
}

/** A message's frame is one byte (0: not compressed) and four of length. */
const FRAME_BYTES = 5;

export async function readMessage(stream: NodeJS.ReadableStream): Promise<Uint8Array> {
  return (await buffer(stream)).subarray(FRAME_BYTES);
}

/** Makes a call to the runtime. */
export async function callRuntime(
  runtime: ClientHttp2Session,
  headers: IncomingHttpHeaders,
  message: Uint8Array,
): Promise<Answer> {
  const call = runtime.request(headers, { endStream: false });
  let status: IncomingHttpHeaders = {};
  call.on("response", (received) => {
    status = { ...status, ...received };
  });
  call.on("trailers", (received) => {
    status = { ...status, ...received };
  });
  call.end(framed(message));
  const answered = await readMessage(call);
  const text = decodeURIComponent(String(status["grpc-message"] ?? ""));
  return { code: Number(status["grpc-status"] ?? 2), text, message: answered };
}

export function answer(stream: ServerHttp2Stream, { code, text, message }: Answer): void {
  if (stream.destroyed) return;
  const head = { ":status": 200, "content-type": "application/grpc" };
  if (code !== 0) {
    stream.respond(
      { ...head, "grpc-status": String(code), "grpc-message": encodeURIComponent(text) },
      { endStream: true },
    );
    return;
  }
  stream.respond(head, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
  stream.end(framed(message));
}

function framed(message: Uint8Array): Buffer {
  const frame = Buffer.alloc(FRAME_BYTES + message.length);
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, FRAME_BYTES);
  return frame;
}
