/** The client and servers that speak HTTP/2 and not quite gRPC: each way to end a call has its status, and none hangs. */
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, constants as http2, type ServerHttp2Session, type ServerHttp2Stream } from "node:http2";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create, toBinary } from "@bufbuild/protobuf";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { classify } from "#domain/failure/classify.ts";
import { connectCri } from "#effects/cri/connect.ts";
import { VersionResponseSchema } from "#wire/cri/generated/runtime/v1/api_pb.js";
import { inTime } from "./cri/bench.ts";

let folder: string;
let closing: (() => unknown)[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "larder-odd-"));
  closing = [];
});

afterEach(async () => {
  for (const close of closing.toReversed()) await close();
  await rm(folder, { recursive: true });
});

/** A server that does the same with every call, and a client of it. */
async function serve(answer: (stream: ServerHttp2Stream, session: ServerHttp2Session, nth: number) => void) {
  const socket = join(folder, "odd.sock");
  const sessions = new Set<ServerHttp2Session>();
  let calls = 0;
  const server = createServer();
  server.on("session", (session) => sessions.add(session));
  server.on("stream", (stream) => {
    stream.on("error", () => undefined);
    stream.resume();
    if (stream.session) answer(stream, stream.session as ServerHttp2Session, calls++);
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  const cri = connectCri({ socket });
  closing.push(
    () => new Promise((resolve) => server.close(resolve)),
    () => sessions.forEach((session) => session.destroy()),
    () => cri.close(),
  );
  return { cri, sessions };
}

const version = create(VersionResponseSchema, { runtimeName: "odd", runtimeVersion: "1" });
const message = Buffer.from(toBinary(VersionResponseSchema, version));
const frame = (bytes = message, flag = 0, length = bytes.length): Buffer => {
  const prefix = Buffer.from([flag, 0, 0, 0, 0]);
  prefix.writeUInt32BE(length, 1);
  return Buffer.concat([prefix, bytes]);
};
const GRPC = { ":status": 200, "content-type": "application/grpc" };

/** Answers with these bytes, in pieces, and then the trailers. */
function respond(stream: ServerHttp2Stream, pieces: readonly Buffer[], trailers: Record<string, string> = {}): void {
  stream.respond(GRPC, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers(trailers));
  for (const piece of pieces) stream.write(piece);
  stream.end();
}

const failed = (grpcCode: string, words: RegExp) => ({
  ok: false,
  error: { grpcCode, message: expect.stringMatching(words) },
});

describe("an answer", () => {
  it("may come byte by byte", async () => {
    const bytes = Array.from(frame(), (byte) => Buffer.from([byte]));
    const { cri } = await serve((stream) => respond(stream, bytes, { "grpc-status": "0" }));
    expect(await cri.version(inTime())).toEqual({ ok: true, value: { name: "odd", version: "1" } });
  });

  it.each([
    ["without a message", [], /no message/],
    ["that is cut", [frame(message, 0, 99)], /bytes instead of 99/],
    ["that is compressed", [frame(message, 1)], /compressed/],
    ["that is no message of this kind", [frame(Buffer.from([0xff, 0xff]))], /cannot be decoded/],
  ])("%s is a failure", async (_, pieces, words) => {
    const { cri } = await serve((stream) => respond(stream, pieces, { "grpc-status": "0" }));
    expect(await cri.version(inTime())).toEqual(failed("Internal", words));
  });

  it("whose words are not encoded is shown as it came", async () => {
    const { cri } = await serve((stream) => respond(stream, [], { "grpc-status": "2", "grpc-message": "100 % wrong" }));
    expect(await cri.version(inTime())).toEqual(failed("Unknown", /^100 % wrong$/));
  });

  it("without a status is a failure", async () => {
    const { cri } = await serve((stream) => respond(stream, [frame()]));
    expect(await cri.version(inTime())).toEqual(failed("Internal", /without sending trailers/));
  });

  it.each([
    [404, "Unimplemented"],
    [503, "Unavailable"],
    [500, "Unknown"],
  ])("of a web server with status %i", async (status, grpcCode) => {
    const { cri } = await serve((stream) => {
      stream.respond({ ":status": status, "content-type": "text/html" });
      stream.end("<html></html>");
    });
    expect(await cri.version(inTime())).toEqual(failed(grpcCode, new RegExp(`status code .*${status}$`)));
  });
});

describe("a call that is reset", () => {
  it.each([
    [http2.NGHTTP2_REFUSED_STREAM, "Unavailable"],
    [http2.NGHTTP2_ENHANCE_YOUR_CALM, "ResourceExhausted"],
    [http2.NGHTTP2_INTERNAL_ERROR, "Internal"],
    [http2.NGHTTP2_CANCEL, "Canceled"],
  ])("with code %i is %s", async (code, grpcCode) => {
    const { cri } = await serve((stream) => stream.close(code));
    expect(await cri.version(inTime())).toEqual(failed(grpcCode, new RegExp(`error code: ${code}$`)));
  });
});

describe("a connection", () => {
  it("that breaks ends its calls as unavailable, and the next call makes a new one", async () => {
    const { cri, sessions } = await serve((stream, session, nth) =>
      nth === 0 ? session.destroy() : respond(stream, [frame()], { "grpc-status": "0" }),
    );
    const broken = await cri.version(inTime());
    expect(broken).toEqual(failed("Unavailable", /^connection error: /));
    if (!broken.ok) expect(classify(broken.error).class).toBe("runtime-unavailable");
    expect(await cri.version(inTime())).toMatchObject({ ok: true });
    expect(sessions.size).toBe(2);
  });

  it("that the server winds up finishes its calls, and the next call makes a new one", async () => {
    const { cri, sessions } = await serve((stream, session) => {
      session.goaway(http2.NGHTTP2_NO_ERROR);
      respond(stream, [frame()], { "grpc-status": "0" });
    });
    for (let call = 0; call < 3; call++) expect(await cri.version(inTime())).toMatchObject({ ok: true });
    expect(sessions.size).toBe(3);
  });

  it("carries calls side by side", async () => {
    const { cri, sessions } = await serve((stream) => respond(stream, [frame()], { "grpc-status": "0" }));
    const answers = await Promise.all(Array.from({ length: 100 }, () => cri.version(inTime())));
    expect(answers.every(({ ok }) => ok)).toBe(true);
    expect(sessions.size).toBe(1);
  });
});
