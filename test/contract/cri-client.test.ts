/** The client alone: what it makes of sockets that are no runtime, and of answers that a healthy runtime does not give. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer as createHttpServer } from "node:http";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Credential } from "#domain/credentials/credential.ts";
import { SecretText } from "#domain/credentials/secret-text.ts";
import { classify } from "#domain/failure/classify.ts";
import { connectCri } from "#effects/cri/connect.ts";
import { systemClock } from "#effects/system/clock.ts";
import {
  type EmbeddedCriOptions,
  type EmbeddedCriRuntime,
  startEmbeddedCriRuntime,
} from "#embedded/cri-runtime/embedded-cri-runtime.ts";
import type { CriRuntime } from "#ports/cri.ts";
import { MESSAGE_BYTES_MAX } from "#wire/cri/methods.ts";
import { inTime } from "./cri/bench.ts";

let folder: string;
let cleanUp: (() => unknown)[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "larder-cri-"));
  cleanUp = [];
});

afterEach(async () => {
  for (const step of cleanUp.toReversed()) await step();
  await rm(folder, { recursive: true });
});

function connect(socket = join(folder, "cri.sock")): CriRuntime {
  const cri = connectCri({ socket });
  cleanUp.push(() => cri.close());
  return cri;
}

async function start(options: Partial<EmbeddedCriOptions> = {}): Promise<EmbeddedCriRuntime> {
  const runtime = await startEmbeddedCriRuntime({ socket: join(folder, "cri.sock"), clock: systemClock(), ...options });
  cleanUp.push(() => runtime.close());
  return runtime;
}

async function listen(server: Server, socket = join(folder, "cri.sock")): Promise<void> {
  const connections = new Set<Socket>();
  server.on("connection", (connection: Socket) => connections.add(connection));
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  cleanUp.push(async () => {
    for (const connection of connections) connection.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
}

describe("a path without a runtime", () => {
  test.each([
    ["nothing there", async () => undefined, "no such file or directory", false],
    [
      "a regular file",
      (path: string) => writeFile(path, ""),
      "socket operation on non-socket (this is a regular file)",
      true,
    ],
    ["a directory", (path: string) => mkdir(path), "socket operation on non-socket (this is a directory)", true],
  ])("%s", async (_, prepare, why, permanent) => {
    const socket = join(folder, "cri.sock");
    await prepare(socket);
    const answer = await connect(socket).version(inTime());
    const error = { grpcCode: "Unavailable", message: `connection error: dial unix ${socket}: connect: ${why}` };
    expect(answer).toEqual({ ok: false, error });
    expect(classify(error)).toMatchObject({ class: "runtime-unavailable", permanent });
  });

  test("a file where a directory should be", async () => {
    await writeFile(join(folder, "file"), "");
    const answer = await connect(join(folder, "file", "cri.sock")).version(inTime());
    expect(answer).toMatchObject({ error: { message: expect.stringMatching(/: connect: not a directory$/) } });
  });

  test("a path that is longer than a socket's may be", async () => {
    const socket = join(folder, "x".repeat(107 - folder.length - 1));
    await start({ socket });
    expect(await connect(socket).version(inTime())).toMatchObject({ ok: true });
    expect(await connect(`${socket}y`).version(inTime())).toEqual({
      ok: false,
      error: {
        grpcCode: "Unavailable",
        message: `connection error: dial unix ${socket}y: connect: file name too long`,
      },
    });
  });

  test("a server that says nothing is waited for until the signal aborts", async () => {
    await listen(createServer());
    const answer = await connect().version(AbortSignal.timeout(100));
    expect(answer).toEqual({ ok: false, error: { grpcCode: "Canceled", message: "context canceled" } });
  });

  test("a server that hangs up", async () => {
    await listen(createServer((connection) => connection.end()));
    expect(await connect().version(inTime())).toMatchObject({ ok: false, error: { grpcCode: "Unavailable" } });
  });

  test("a server that speaks another protocol", async () => {
    await listen(createHttpServer((_, response) => response.end("hello")));
    expect(await connect().version(inTime())).toMatchObject({ ok: false, error: { grpcCode: "Unavailable" } });
  });
});

describe("a runtime that comes and goes", () => {
  test("the first call after it came works", async () => {
    const cri = connect();
    for (let call = 0; call < 5; call += 1) expect(await cri.version(inTime())).toMatchObject({ ok: false });
    await start();
    expect(await cri.version(inTime())).toMatchObject({ ok: true });
  });

  test("a call that runs when it dies fails as unavailable", async () => {
    const on = { call: "version" } as const;
    await start({ faults: [{ on, times: 1, fault: { kind: "crash", downMs: 50 } }] });
    const cri = connect();
    expect(await cri.version(inTime())).toMatchObject({ ok: false, error: { grpcCode: "Unavailable" } });
    await expect.poll(() => cri.version(inTime())).toMatchObject({ ok: true });
  });

  test("many calls at the same time, before and after", async () => {
    const cri = connect();
    const calls = () => Promise.all(Array.from({ length: 50 }, () => cri.version(inTime())));
    expect(new Set((await calls()).map(({ ok }) => ok))).toEqual(new Set([false]));
    await start();
    expect(new Set((await calls()).map(({ ok }) => ok))).toEqual(new Set([true]));
  });

  test("closing ends calls that run, and refuses new ones", async () => {
    await start({ faults: [{ on: { call: "version" }, fault: { kind: "hang" } }] });
    const cri = connect();
    const running = cri.version(inTime());
    await expect(Promise.race([running, systemClock().sleep(50)])).resolves.toBeUndefined();
    cri.close();
    expect(await running).toMatchObject({ ok: false, error: { grpcCode: "Canceled" } });
    expect(await cri.version(inTime())).toMatchObject({ ok: false, error: { grpcCode: "Canceled" } });
  });
});

describe("answers", () => {
  test("a full node's list of more than 4 MiB", async () => {
    const images = manyImages(5 * 1024 * 1024);
    await start({ images });
    const list = await connect().listImages(inTime());
    expect(list.ok && list.value.length).toBe(images.length);
  });

  test("a list that is larger than the limit is a failure, not a crash", async () => {
    await start({ images: manyImages(MESSAGE_BYTES_MAX + 1024) });
    const cri = connect();
    expect(await cri.listImages(inTime())).toMatchObject({ ok: false, error: { grpcCode: "ResourceExhausted" } });
    expect(await cri.version(inTime())).toMatchObject({ ok: true });
  });

  test("NotFound means absent, as CRI-O says it", async () => {
    const gone = { kind: "refuse", status: "NotFound", message: "no such image" } as const;
    const calls = ["imageStatus", "removeImage"] as const;
    await start({ faults: calls.map((call) => ({ on: { call }, fault: gone })) });
    const cri = connect();
    expect(await cri.imageStatus("a", inTime())).toEqual({ ok: true, value: undefined });
    expect(await cri.removeImage("a", inTime())).toEqual({ ok: true, value: undefined });
  });

  test.each(["Unknown", "DeadlineExceeded", "Unimplemented", "FailedPrecondition"] as const)(
    "%s keeps its name and the runtime's words",
    async (status) => {
      const message = "ein Fehler: »öäü«, 100 %\nzweite Zeile";
      await start({ faults: [{ on: { call: "pullImage" }, fault: { kind: "refuse", status, message } }] });
      const answer = await connect().pullImage("a", undefined, inTime());
      expect(answer).toEqual({ ok: false, error: { grpcCode: status, message } });
    },
  );
});

describe("credentials", () => {
  const credential: Credential = { username: "alice", password: new SecretText("s3cret/+ word"), email: "a@b.c" };

  test("without a credential the request has no auth message; an empty one is sent as it is", async () => {
    const auths: unknown[] = [];
    await start({ onCall: ({ auth }) => auths.push(auth) });
    const cri = connect();
    const empty = { username: "", password: new SecretText(""), email: "" };
    for (const each of [undefined, credential, empty]) await cri.pullImage("Not a name", each, inTime());
    expect(auths).toEqual(["none", { username: "alice" }, { username: "" }]);
  });

  test("a runtime that repeats the password does not get it into the failure", async () => {
    const basic = Buffer.from("alice:s3cret/+ word").toString("base64");
    const message = `GET https://alice:s3cret%2F%2B%20word@host/ with ${basic}: password "s3cret/+ word" is wrong`;
    const fault = { kind: "refuse", status: "Unknown", message } as const;
    await start({ faults: [{ on: { call: "pullImage" }, fault }] });
    expect(await connect().pullImage("a", credential, inTime())).toEqual({
      ok: false,
      error: { grpcCode: "Unknown", message: 'GET https://***@host/ with ***: password "***" is wrong' },
    });
  });
});

function manyImages(bytes: number) {
  const repoTags = [`registry.example/${"x".repeat(900)}:1`];
  return Array.from({ length: Math.ceil(bytes / 1000) }, (_, index) => ({
    id: `sha256:${index.toString(16).padStart(64, "0")}`,
    repoTags: repoTags.map((tag) => `${tag}${index}`),
    repoDigests: [],
    sizeBytes: 2 ** 40 + index,
  }));
}
