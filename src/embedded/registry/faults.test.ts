import { connect } from "node:net";
import { buffer } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SecretText } from "#domain/credentials/secret-text.ts";
import { InstantClock } from "../../../test/kit/instant-clock.ts";
import { type RawAnswer, rawGet } from "../../../test/kit/raw-get.ts";
import { type Image, makeImage } from "../images/image.ts";
import { pushImage } from "../images/push-image.ts";
import { type EmbeddedRegistry, startEmbeddedRegistry } from "./embedded-registry.ts";
import type { Fault, FaultTarget } from "./fault.ts";

const image: Image = await makeImage({ noise: { seed: "faults", layerBytes: [1_000] } });
const [layer] = image.layers;
if (layer === undefined) throw new Error("the image has a layer");
const size = layer.bytes.length;
const manifestPath = "acme/app/manifests/1.0";
const blobPath = `acme/app/blobs/${layer.digest}`;

let clock: InstantClock;
let registry: EmbeddedRegistry;

beforeEach(async () => {
  clock = new InstantClock();
  registry = await startEmbeddedRegistry({ clock });
  await push(registry, "acme/app");
});

afterEach(async () => {
  await registry.close();
});

async function push(to: EmbeddedRegistry, repository: string): Promise<void> {
  await pushImage({ registry: to.url, repository, tag: "1.0", image, signal: AbortSignal.timeout(10_000) });
}

function get(path: string, options: { method?: string; signal?: AbortSignal } = {}): Promise<RawAnswer> {
  return rawGet(`${registry.url}/v2/${path}`, { ...options, headers: { accept: image.manifest.mediaType } });
}

function breakIt(fault: Fault, on: FaultTarget = {}, times?: number): void {
  registry.setFaults([{ on, fault, ...(times !== undefined && { times }) }]);
}

async function statuses(path: string, count: number): Promise<(number | undefined)[]> {
  const answers: RawAnswer[] = [];
  for (let index = 0; index < count; index += 1) answers.push(await get(path));
  return answers.map((answer) => answer.status);
}

describe("status", () => {
  it("throttles the first requests, and says how long", async () => {
    breakIt({ kind: "status", status: 429, retryAfterSeconds: 7 }, {}, 2);
    const first = await get(manifestPath);
    expect(first.headers["retry-after"]).toBe("7");
    expect(first.bytes.toString()).toContain('"code":"TOOMANYREQUESTS"');
    expect(await statuses(manifestPath, 2)).toEqual([429, 200]);
  });

  it("throttles without saying how long", async () => {
    breakIt({ kind: "status", status: 429 });
    expect((await get(manifestPath)).headers).not.toHaveProperty("retry-after");
  });

  it.each([
    [401, manifestPath, "UNAUTHORIZED"],
    [403, manifestPath, "DENIED"],
    [404, manifestPath, "MANIFEST_UNKNOWN"],
    [404, blobPath, "BLOB_UNKNOWN"],
    [500, manifestPath, "UNKNOWN"],
    [502, blobPath, "UNKNOWN"],
    [503, blobPath, "UNAVAILABLE"],
  ])("%i for %s has the code of the specification", async (status, path, code) => {
    breakIt({ kind: "status", status, message: "words of the test" });
    const answer = await get(path);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.bytes.toString())).toEqual({ errors: [{ code, message: "words of the test" }] });
    expect(answer.headers["www-authenticate"]).toBe(status === 401 ? 'Basic realm="embedded registry"' : undefined);
  });
});

describe("whom a fault hits", () => {
  const fault: Fault = { kind: "status", status: 500 };

  it.each([
    ["the repository", { repository: "acme/app" }],
    ["a prefix of it", { repository: "acme" }],
    ["the tag", { reference: "1.0" }],
    ["the digest behind the tag", { reference: image.manifest.digest }],
    ["the part", { part: "manifest" }],
    ["the method", { method: "GET" }],
    ["all of that", { repository: "acme", reference: "1.0", part: "manifest", method: "GET" }],
    ["nothing in particular", {}],
  ] as const)("matches %s", async (_, on) => {
    breakIt(fault, on);
    expect((await get(manifestPath)).status).toBe(500);
  });

  it.each([
    ["another repository", { repository: "acme/ap" }],
    ["a repository below", { repository: "acme/app/more" }],
    ["another tag", { reference: "1" }],
    ["another part", { part: "blob" }],
    ["another method", { method: "HEAD" }],
  ] as const)("does not match %s", async (_, on) => {
    breakIt(fault, on);
    expect((await get(manifestPath)).status).toBe(200);
  });

  it("matches a request by digest where the rule names the tag", async () => {
    breakIt(fault, { reference: "1.0" });
    expect((await get(`acme/app/manifests/${image.manifest.digest}`)).status).toBe(500);
    expect((await get(blobPath)).status).toBe(200);
  });

  it("takes the first rule that has some of its count left", async () => {
    registry.setFaults([
      { on: { repository: "acme" }, times: 1, fault: { kind: "status", status: 429 } },
      { on: {}, times: 2, fault: { kind: "status", status: 503 } },
    ]);
    expect(await statuses(manifestPath, 4)).toEqual([429, 503, 503, 200]);
  });

  it("does not use up a spoiled body on a refusal, a HEAD or a missing blob", async () => {
    await registry.close();
    const password = new SecretText("secret");
    registry = await startEmbeddedRegistry({ clock, accounts: [{ username: "alice", password }] });
    const credential = { username: "alice", password };
    const signal = AbortSignal.timeout(10_000);
    await pushImage({ registry: registry.url, repository: "acme/app", tag: "1.0", image, credential, signal });
    breakIt({ kind: "truncate" }, { part: "blob" }, 1);
    const headers = { authorization: `Basic ${Buffer.from("alice:secret").toString("base64")}` };
    const url = `${registry.url}/v2/${blobPath}`;
    expect((await rawGet(url)).status).toBe(401);
    expect((await rawGet(url, { method: "HEAD", headers })).status).toBe(200);
    expect((await rawGet(url.replace(/.$/, "x"), { headers })).status).toBe(400);
    expect((await rawGet(url, { headers })).bytes).toHaveLength(Math.floor(size / 2));
    expect((await rawGet(url, { headers })).bytes).toHaveLength(size);
  });
});

describe("answers that are no answers", () => {
  it("stall for ever, until the client gives up", async () => {
    breakIt({ kind: "stall" });
    const answer = await get(manifestPath, { signal: AbortSignal.timeout(200) });
    expect(answer).toMatchObject({ status: undefined, error: "ABORT_ERR" });
    expect(registry.requests().at(-1)).toMatchObject({ status: undefined, faults: ["stall"] });
  });

  it("stall for a while", async () => {
    breakIt({ kind: "stall", forMs: 90_000 });
    expect((await get(manifestPath)).status).toBe(200);
    expect(clock.monotonic()).toBe(90_000);
  });

  it("are HTML where JSON belongs", async () => {
    breakIt({ kind: "html" });
    const answer = await get(manifestPath);
    expect(answer.status).toBe(200);
    expect(answer.headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(answer.bytes.toString()).toMatch(/^<!DOCTYPE html>/);
  });

  it("redirect to themselves, query included", async () => {
    breakIt({ kind: "redirect-loop" });
    const answer = await get(`${blobPath}?a=b`);
    expect(answer.status).toBe(307);
    expect(answer.headers.location).toBe(`${registry.url}/v2/${blobPath}?a=b`);
  });

  it("redirect elsewhere", async () => {
    breakIt({ kind: "redirect", location: "http://cdn.example/blob" });
    const answer = await get(blobPath);
    expect(answer).toMatchObject({ status: 307, headers: { location: "http://cdn.example/blob" } });
  });

  it.each([
    [undefined, 'Bearer service="registry,scope='],
    ["Negotiate", "Negotiate"],
  ])("challenge in a way that nobody understands (%s)", async (challenge, expected) => {
    breakIt({ kind: "broken-challenge", ...(challenge !== undefined && { challenge }) });
    expect(await get(manifestPath)).toMatchObject({ status: 401, headers: { "www-authenticate": expected } });
  });
});

describe("spoiled bodies", () => {
  const whole = Buffer.from(layer.bytes);

  it.each([1, 0.5, 20, 1_000])("trickle at %d bytes a second and are whole", async (bytesPerSecond) => {
    breakIt({ kind: "slow", bytesPerSecond });
    const answer = await get(blobPath);
    expect(answer).toMatchObject({ status: 200, complete: true, error: undefined });
    expect(answer.bytes).toEqual(whole);
    expect(clock.monotonic()).toBeCloseTo((size / bytesPerSecond) * 1_000, 3);
  });

  it("hang behind the headers, until the client gives up", async () => {
    breakIt({ kind: "hang", afterBytes: 10 });
    const answer = await get(blobPath, { signal: AbortSignal.timeout(300) });
    expect(answer).toMatchObject({ status: 200, complete: false });
    expect(answer.headers["content-length"]).toBe(String(size));
    expect(answer.bytes).toEqual(whole.subarray(0, 10));
  });

  it("hang for a while", async () => {
    breakIt({ kind: "hang", forMs: 5_000 });
    const answer = await get(blobPath);
    expect(answer.bytes).toEqual(whole);
    expect(clock.monotonic()).toBe(5_000);
  });

  it("have one wrong byte", async () => {
    breakIt({ kind: "corrupt" });
    const { bytes, complete } = await get(blobPath);
    expect(complete).toBe(true);
    expect(bytes).toHaveLength(size);
    expect([...bytes.entries()].filter(([index, byte]) => byte !== whole[index])).toHaveLength(1);
  });

  it.each([
    [undefined, Math.floor(size / 2)],
    [0, 0],
    [3, 3],
  ])("are too short, and the length agrees (%s)", async (keepBytes, expected) => {
    breakIt({ kind: "truncate", ...(keepBytes !== undefined && { keepBytes }) });
    const answer = await get(blobPath);
    expect(answer).toMatchObject({ complete: true, headers: { "content-length": String(expected) } });
    expect(answer.bytes).toEqual(whole.subarray(0, expected));
  });

  it("have a Content-Length that is too long: the connection ends early", async () => {
    breakIt({ kind: "wrong-length", offBy: 5 });
    const answer = await get(blobPath);
    expect(answer).toMatchObject({ complete: false, headers: { "content-length": String(size + 5) } });
    expect(answer.bytes).toEqual(whole);
  });

  it("have a Content-Length that is too short, and the connection ends behind the whole body", async () => {
    breakIt({ kind: "wrong-length", offBy: -5 });
    const socket = connect(Number(registry.host.split(":")[1]), "127.0.0.1");
    socket.end(`GET /v2/${blobPath} HTTP/1.1\r\nHost: ${registry.host}\r\n\r\n`);
    const [head = "", body] = (await buffer(socket)).toString("latin1").split("\r\n\r\n", 2);
    expect(head).toContain(`Content-Length: ${size - 5}`);
    expect(body).toBe(whole.toString("latin1"));
  });

  it.each([
    [undefined, Math.floor(size / 2)],
    [7, 7],
  ])("are reset in the middle (%s)", async (afterBytes, expected) => {
    breakIt({ kind: "reset", ...(afterBytes !== undefined && { afterBytes }) });
    const answer = await get(blobPath);
    expect(answer).toMatchObject({ status: 200, complete: false, error: "ECONNRESET" });
    expect(answer.bytes).toEqual(whole.subarray(0, expected));
  });

  it("spoil what is asked for of a range", async () => {
    breakIt({ kind: "truncate", keepBytes: 2 });
    const answer = await rawGet(`${registry.url}/v2/${blobPath}`, { headers: { range: "bytes=5-9" } });
    expect(answer.status).toBe(206);
    expect(answer.bytes).toEqual(whole.subarray(5, 7));
  });
});

describe("closing", () => {
  it.each([{ kind: "stall" }, { kind: "hang", afterBytes: 10 }] as const)(
    "ends connections that $kind",
    async (fault) => {
      breakIt(fault);
      const waiting = get(blobPath);
      await expect.poll(() => registry.requests().at(-1)?.faults).toEqual([fault.kind]);
      await registry.close();
      expect((await waiting).error).toBe("ECONNRESET");
    },
  );
});
