import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SecretText } from "#domain/credentials/secret-text.ts";
import { InstantClock } from "../../../test/kit/instant-clock.ts";
import { type RawAnswer, rawGet } from "../../../test/kit/raw-get.ts";
import { makeImage } from "../images/image.ts";
import { pushImage } from "../images/push-image.ts";
import { type EmbeddedRegistry, startEmbeddedRegistry } from "./embedded-registry.ts";

const alice = { username: "alice", password: new SecretText("correct-horse") };
let registry: EmbeddedRegistry;

beforeEach(async () => {
  const publicRepositories = ["open"];
  registry = await startEmbeddedRegistry({ clock: new InstantClock(), accounts: [alice], publicRepositories });
});

afterEach(async () => {
  await registry.close();
});

const basic = (password: string): string => `Basic ${Buffer.from(`alice:${password}`).toString("base64")}`;

function ask(path: string, method = "GET", headers: Record<string, string> = {}): Promise<RawAnswer> {
  const authorization = basic(alice.password.reveal());
  return rawGet(`${registry.url}${path}`, { method, headers: { authorization, ...headers } });
}

describe("the log of requests", () => {
  it("tells who asked for what and what came of it, in order", async () => {
    await rawGet(`${registry.url}/v2/open/app/manifests/1.0?a=b`);
    await ask("/v2/");
    await ask("/v2/", "GET", { authorization: basic("wrong-horse") });
    await ask("/v2/", "GET", { authorization: "Bearer wrong-token" });
    registry.setFaults([{ on: {}, fault: { kind: "status", status: 503 } }]);
    await ask("/v2/open/app/tags/list");
    const unhurt = { authorization: "basic", username: "alice", faults: [] };
    expect(registry.requests()).toEqual([
      {
        method: "GET",
        path: "/v2/open/app/manifests/1.0",
        status: 404,
        authorization: "none",
        username: undefined,
        faults: [],
      },
      { method: "GET", path: "/v2/", status: 200, ...unhurt },
      { method: "GET", path: "/v2/", status: 401, ...unhurt },
      { method: "GET", path: "/v2/", status: 401, authorization: "bearer", username: undefined, faults: [] },
      { method: "GET", path: "/v2/open/app/tags/list", status: 503, ...unhurt, faults: ["status"] },
    ]);
  });

  it("holds no password and no token, nor does the registry when it is printed", async () => {
    await ask("/v2/", "GET", { authorization: basic("wrong-horse") });
    await ask("/v2/", "GET", { authorization: "Bearer wrong-token" });
    await ask("/v2/");
    for (const text of [JSON.stringify(registry.requests()), inspect(registry, { depth: 10, showHidden: true })]) {
      expect(text).not.toMatch(/correct-horse|wrong-horse|wrong-token|Y29ycmVjdC1ob3JzZ/);
    }
  });
});

describe("tags in pages", () => {
  beforeEach(async () => {
    const image = await makeImage({ files: { a: "b" } });
    const signal = AbortSignal.timeout(10_000);
    for (const tag of ["b", "c", "a"]) {
      await pushImage({ registry: registry.url, repository: "acme/app", tag, image, credential: alice, signal });
    }
  });

  it.each([
    ["", ["a", "b", "c"], undefined],
    ["?n=2", ["a", "b"], '</v2/acme/app/tags/list?n=2&last=b>; rel="next"'],
    ["?n=2&last=b", ["c"], undefined],
    ["?n=3", ["a", "b", "c"], undefined],
    ["?n=0", [], undefined],
    ["?n=x", ["a", "b", "c"], undefined],
  ])("%s", async (query, tags, link) => {
    const answer = await ask(`/v2/acme/app/tags/list${query}`);
    expect(JSON.parse(answer.bytes.toString())).toEqual({ name: "acme/app", tags });
    expect(answer.headers["link"]).toBe(link);
  });
});

describe("where the specification asks for more than docker-registry 2.8 does", () => {
  it("a chunk that does not follow the last one is refused, and the answer says where to go on", async () => {
    const started = await ask("/v2/acme/app/blobs/uploads/", "POST");
    const upload = started.headers.location ?? "";
    const headers = { authorization: basic(alice.password.reveal()), "content-range": "5-9" };
    const signal = AbortSignal.timeout(10_000);
    const refused = await fetch(upload, { method: "PATCH", headers, body: "01234", signal });
    expect(refused.status).toBe(416);
    expect(refused.headers.get("range")).toBe("0-0");
    const first = await fetch(upload, {
      method: "PATCH",
      headers: { ...headers, "content-range": "0-4" },
      body: "01234",
    });
    expect(first.status).toBe(202);
    const next = await fetch(upload, { method: "PATCH", headers, body: "56789", signal });
    expect(next.headers.get("range")).toBe("0-9");
  });

  it.each([
    ["/v2/UPPER/app/manifests/1.0", 404, "NAME_INVALID"],
    ["/v2/a//b/manifests/1.0", 404, "NAME_INVALID"],
    [`/v2/${"a".repeat(256)}/manifests/1.0`, 404, "NAME_INVALID"],
    ["/v2/acme/app/other", 404, "UNSUPPORTED"],
    ["/elsewhere", 404, "UNSUPPORTED"],
  ])("%s has an error in the registry's format", async (path, status, code) => {
    const answer = await ask(path);
    expect(answer.status).toBe(status);
    expect(answer.bytes.toString()).toContain(`{"errors":[{"code":"${code}"`);
  });
});

describe("addresses", () => {
  it("are of 127.0.0.1, and each registry has its own port", async () => {
    const other = await startEmbeddedRegistry({ clock: new InstantClock() });
    expect(registry.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(`http://${registry.host}`).toBe(registry.url);
    expect(other.host).not.toBe(registry.host);
    await other.close();
  });

  it("follow the name under which the client knows the registry", async () => {
    const started = await ask("/v2/acme/app/blobs/uploads/", "POST", { host: "registry.example:5000" });
    expect(started.headers.location).toMatch(/^http:\/\/registry\.example:5000\/v2\/acme\/app\/blobs\/uploads\/./);
  });

  it("are free again after closing, also twice", async () => {
    await registry.close();
    await registry.close();
    expect(await rawGet(`${registry.url}/v2/`)).toMatchObject({ status: undefined, error: "ECONNREFUSED" });
  });
});
