/** The registry reader before everything that can answer in a registry's place: each gives a clear answer, in time, and no secret goes astray. */
import type { RequestListener, ServerResponse } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { SecretText } from "#domain/credentials/secret-text.ts";
import { type ImageReference, parseImageReference } from "#domain/image/reference.ts";
import { openRegistryReader, type RegistryReaderOptions } from "#effects/registry/reader.ts";
import { systemClock } from "#effects/system/clock.ts";
import { sha256Of } from "#embedded/digest.ts";
import { makeImage } from "#embedded/images/image.ts";
import { pushImage } from "#embedded/images/push-image.ts";
import {
  type EmbeddedRegistry,
  type EmbeddedRegistryOptions,
  startEmbeddedRegistry,
} from "#embedded/registry/embedded-registry.ts";
import type { FaultRule } from "#embedded/registry/fault.ts";
import type { RegistryReader } from "#ports/registry.ts";
import { type SelfSigned, selfSigned } from "../kit/certificate.ts";
import { type HttpPart, serveHttp, serveProxy } from "../kit/http-parts.ts";

const clock = systemClock();
const alice = { username: "alice", password: new SecretText("s3cret-of-alice"), email: "" };
const never = new AbortController().signal;
const manifestBytes = Buffer.from('{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json"}');
const manifestDigest = sha256Of(manifestBytes);

const open: { close(): void | Promise<void> }[] = [];
afterEach(async () => {
  for (const part of open.splice(0).toReversed()) await part.close();
});

function kept<Part extends { close(): void | Promise<void> }>(part: Part): Part {
  open.push(part);
  return part;
}

function readerWith(options: Partial<RegistryReaderOptions>): RegistryReader {
  return kept(openRegistryReader({ clock, userAgent: "larder/test", timeoutMs: 10_000, ...options }));
}

function image(text: string): ImageReference {
  const parsed = parseImageReference(text);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}

async function embedded(options: Partial<EmbeddedRegistryOptions> = {}): Promise<EmbeddedRegistry> {
  const registry = kept(await startEmbeddedRegistry({ clock, ...options }));
  const pushed = await makeImage({ files: { a: "b" } });
  const signal = AbortSignal.timeout(10_000);
  for (const repository of ["acme/app", "open/app"])
    await pushImage({ registry: registry.url, repository, tag: "1", image: pushed, signal, credential: alice });
  return registry;
}

async function serve(listener: RequestListener, tls?: SelfSigned): Promise<HttpPart> {
  return kept(await serveHttp(listener, tls));
}

/** A server that speaks no HTTP at all. */
async function serveRaw(onConnect: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    onConnect(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  kept({
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function giveManifest(response: ServerResponse): void {
  response.writeHead(200, {
    "Content-Type": "application/vnd.oci.image.manifest.v1+json",
    "Docker-Content-Digest": manifestDigest,
  });
  response.end(manifestBytes);
}

describe("a public repository in a registry that has private ones", () => {
  it.each(["basic", "token"] as const)("is told from them without a credential (%s)", async (authentication) => {
    const registry = await embedded({ accounts: [alice], publicRepositories: ["open"], authentication });
    const reader = readerWith({ plainHttp: [registry.host] });
    const ask = async (name: string) =>
      (await reader.findManifest(image(`${registry.host}/${name}`), undefined, never)).kind;
    expect(await ask("open/app:1")).toBe("exists");
    expect(await ask("open/app:2")).toBe("absent");
    expect(await ask("acme/app:1")).toBe("needs-credential");
    expect(await ask("acme/gone:1")).toBe("needs-credential");
  });

  it("is asked with one request each, once the authorization is known", async () => {
    const registry = await embedded({ accounts: [alice], authentication: "token" });
    const reader = readerWith({ plainHttp: [registry.host] });
    const from = registry.requests().length;
    for (let times = 0; times < 3; times++) {
      expect((await reader.findManifest(image(`${registry.host}/acme/app:1`), alice, never)).kind).toBe("exists");
    }
    const asked = registry
      .requests()
      .slice(from)
      .map(({ path }) => path.split("?", 1)[0]);
    const manifest = "/v2/acme/app/manifests/1";
    expect(asked).toEqual([manifest, "/token", manifest, manifest, manifest]);
  });
});

describe("a registry that is broken", () => {
  it.each<[string, FaultRule, object]>([
    [
      "throttles",
      { on: { part: "manifest" }, fault: { kind: "status", status: 429, retryAfterSeconds: 7 } },
      { kind: "throttled", retryAfterMs: 7_000 },
    ],
    [
      "throttles and does not say for how long",
      { on: { part: "manifest" }, fault: { kind: "status", status: 429 } },
      { kind: "throttled", retryAfterMs: undefined },
    ],
    [
      "throttles tokens",
      { on: { part: "token" }, fault: { kind: "status", status: 429, retryAfterSeconds: 1 } },
      { kind: "throttled", retryAfterMs: 1_000 },
    ],
    [
      "is out of order",
      { on: { part: "manifest" }, fault: { kind: "status", status: 503 } },
      { kind: "unreachable", cause: "server", reason: expect.stringContaining("answered 503 Service Unavailable") },
    ],
    [
      "has a token service that is out of order",
      { on: { part: "token" }, fault: { kind: "status", status: 500 } },
      { kind: "unreachable", cause: "server", reason: expect.stringContaining("answered 500") },
    ],
    [
      "answers with a web page",
      { on: { part: "manifest" }, fault: { kind: "html" } },
      {
        kind: "unreachable",
        cause: "protocol",
        reason: expect.stringContaining("a web page where a manifest belongs"),
      },
    ],
    [
      "refuses with a web page",
      { on: { part: "manifest" }, fault: { kind: "html", status: 403 } },
      { kind: "unreachable", cause: "protocol", reason: expect.stringContaining("403 Forbidden with a web page") },
    ],
    [
      "answers with a web page in place of a token",
      { on: { part: "token" }, fault: { kind: "html" } },
      { kind: "unreachable", cause: "protocol", reason: expect.stringContaining("answered without a token") },
    ],
    [
      "redirects for ever",
      { on: { part: "manifest" }, fault: { kind: "redirect-loop" } },
      { kind: "unreachable", cause: "protocol", reason: expect.stringContaining("redirects more than 10 times") },
    ],
    [
      "redirects out of the web",
      { on: { part: "manifest" }, fault: { kind: "redirect", location: "file:///etc/passwd" } },
      { kind: "unreachable", cause: "protocol", reason: expect.stringContaining("to what is no web address") },
    ],
    [
      "redirects to plain HTTP that nobody allowed",
      { on: { part: "manifest" }, fault: { kind: "redirect", location: "http://elsewhere.test/x" } },
      { kind: "unreachable", cause: "protocol", reason: expect.stringContaining("plain HTTP on elsewhere.test") },
    ],
    [
      "asks for a credential in a way that nobody understands",
      { on: { part: "manifest" }, fault: { kind: "broken-challenge" } },
      {
        kind: "unreachable",
        cause: "protocol",
        reason: expect.stringContaining("wants a token, and does not say from where"),
      },
    ],
    [
      "asks for a credential of another kind",
      { on: { part: "manifest" }, fault: { kind: "broken-challenge", challenge: "Negotiate" } },
      { kind: "unreachable", cause: "protocol", reason: expect.stringContaining("does not say of which kind") },
    ],
    [
      "asks for a token from a host without TLS",
      { on: { part: "manifest" }, fault: { kind: "broken-challenge", challenge: 'Bearer realm="http://evil.test/t"' } },
      { kind: "unreachable", cause: "protocol", reason: expect.stringContaining("from evil.test over plain HTTP") },
    ],
    [
      "says nothing",
      { on: { part: "manifest" }, fault: { kind: "stall" } },
      { kind: "unreachable", cause: "timeout", reason: "there was no complete answer within 0.4 s" },
    ],
    [
      "says nothing when asked for a token",
      { on: { part: "token" }, fault: { kind: "stall" } },
      { kind: "unreachable", cause: "timeout", reason: expect.any(String) },
    ],
  ])("%s", async (_, fault, expected) => {
    const registry = await embedded({ accounts: [alice], authentication: "token" });
    registry.setFaults([fault]);
    const timeoutMs = expected && "cause" in expected && expected.cause === "timeout" ? 400 : 10_000;
    const reader = readerWith({ plainHttp: [registry.host], timeoutMs });
    for (const credential of [undefined, alice]) {
      const answer = await reader.findManifest(image(`${registry.host}/acme/app:1`), credential, never);
      expect(answer).toEqual(expected);
    }
  });

  it.each<[string, FaultRule["fault"], object]>([
    ["trickles", { kind: "slow", bytesPerSecond: 2 }, { cause: "timeout" }],
    ["stops in the middle", { kind: "hang", afterBytes: 20 }, { cause: "timeout" }],
    ["closes the connection in the middle", { kind: "reset", afterBytes: 20 }, { cause: "network" }],
    [
      "sends too little",
      { kind: "truncate" },
      { cause: "protocol", reason: expect.stringContaining("another manifest") },
    ],
    [
      "sends a wrong byte",
      { kind: "corrupt" },
      { cause: "protocol", reason: expect.stringContaining("another manifest") },
    ],
  ])("%s when the manifest itself is asked for", async (_, fault, expected) => {
    const registry = await embedded();
    registry.setFaults([{ on: { part: "manifest", method: "GET" }, fault }]);
    const timeoutMs = "cause" in expected && expected.cause === "timeout" ? 400 : 10_000;
    const reader = readerWith({ plainHttp: [registry.host], timeoutMs });
    const answer = await reader.readManifest(image(`${registry.host}/acme/app:1`), undefined, never);
    expect(answer).toMatchObject({ kind: "unreachable", ...expected });
  });

  it("has a token that is refused later: it is asked for again, once", async () => {
    const registry = await embedded({ accounts: [alice], authentication: "token" });
    const reader = readerWith({ plainHttp: [registry.host] });
    const asked = image(`${registry.host}/acme/app:1`);
    expect((await reader.findManifest(asked, alice, never)).kind).toBe("exists");
    registry.setFaults([{ on: { part: "manifest" }, times: 1, fault: { kind: "status", status: 401 } }]);
    expect((await reader.findManifest(asked, alice, never)).kind).toBe("exists");
    registry.setFaults([{ on: { part: "manifest" }, fault: { kind: "status", status: 401 } }]);
    expect((await reader.findManifest(asked, alice, never)).kind).toBe("denied");
    expect((await reader.findManifest(asked, undefined, never)).kind).toBe("needs-credential");
  });
});

describe("something that is no registry", () => {
  it("refuses connections", async () => {
    const server = await serveHttp(() => {});
    await server.close();
    const answer = await readerWith({ plainHttp: [server.host] }).findManifest(
      image(`${server.host}/a`),
      undefined,
      never,
    );
    expect(answer).toEqual({
      kind: "unreachable",
      cause: "network",
      reason: `${server.host} refuses connections`,
    });
  });

  it("has no address", async () => {
    const answer = await readerWith({}).findManifest(image("registry.invalid/a"), undefined, never);
    expect(answer).toMatchObject({
      kind: "unreachable",
      cause: "network",
      reason: expect.stringMatching(/^registry\.invalid .*resolve/),
    });
    const port = await readerWith({}).findManifest(image("r.io:99999/a"), undefined, never);
    expect(port).toMatchObject({
      kind: "unreachable",
      cause: "network",
      reason: expect.stringContaining("no host that can be asked"),
    });
  });

  it.each<[string, (socket: Socket) => void, object]>([
    ["hangs up at once", (socket) => socket.destroy(), { cause: "network" }],
    ["speaks another protocol", (socket) => socket.end("220 mail.test ESMTP\r\n"), { cause: "protocol" }],
    ["accepts and is silent", () => {}, { cause: "timeout" }],
    [
      "sends headers without end",
      (socket) => socket.write(`HTTP/1.1 200 OK\r\nX-Long: ${"x".repeat(200_000)}`),
      { cause: "protocol" },
    ],
  ])("%s", async (_, onConnect, expected) => {
    const host = await serveRaw(onConnect);
    const timeoutMs = "cause" in expected && expected.cause === "timeout" ? 300 : 10_000;
    const answer = await readerWith({ plainHttp: [host], timeoutMs }).findManifest(
      image(`${host}/a`),
      undefined,
      never,
    );
    expect(answer).toMatchObject({ kind: "unreachable", ...expected });
  });

  it("has more to say than a manifest has", async () => {
    const server = await serve((_, response) => {
      response.writeHead(200, { "Content-Type": "application/json" });
      const more = (): boolean => response.write(Buffer.alloc(256 * 1024, " "));
      response.on("drain", more);
      more();
    });
    const answer = await readerWith({ plainHttp: [server.host] }).readManifest(
      image(`${server.host}/a`),
      undefined,
      never,
    );
    expect(answer).toMatchObject({
      kind: "unreachable",
      cause: "protocol",
      reason: expect.stringContaining("more than 4 MiB"),
    });
  });

  it.each([
    ["text", "hello"],
    ["a list", "[]"],
    ["half of one", '{"schemaVersion":'],
  ])("gives %s for a manifest", async (_, body) => {
    const server = await serve((_request, response) => void response.end(body));
    const answer = await readerWith({ plainHttp: [server.host] }).readManifest(
      image(`${server.host}/a`),
      undefined,
      never,
    );
    expect(answer).toMatchObject({
      kind: "unreachable",
      cause: "protocol",
      reason: expect.stringContaining("no JSON object"),
    });
  });

  it("gives another manifest than the one that was asked for", async () => {
    const server = await serve((_, response) => giveManifest(response));
    const reader = readerWith({ plainHttp: [server.host] });
    const asked = image(`${server.host}/a@sha256:${"0".repeat(64)}`);
    for (const answer of [
      await reader.findManifest(asked, undefined, never),
      await reader.readManifest(asked, undefined, never),
    ])
      expect(answer).toMatchObject({
        kind: "unreachable",
        cause: "protocol",
        reason: expect.stringContaining("another manifest"),
      });
  });
});

describe("a registry that says little", () => {
  it.each([
    ["no digest and no length in its head", () => ({})],
    ["a digest that is none", () => ({ "Docker-Content-Digest": "sha256:abc", "Content-Length": "3" })],
  ])("%s: the manifest itself is asked for", async (_, headers) => {
    const server = await serve((message, response) => {
      if (message.method === "HEAD") response.writeHead(200, headers()).end();
      else response.end(manifestBytes);
    });
    const answer = await readerWith({ plainHttp: [server.host] }).findManifest(
      image(`${server.host}/a:1`),
      undefined,
      never,
    );
    expect(answer).toMatchObject({
      kind: "exists",
      digest: manifestDigest,
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      sizeBytes: manifestBytes.length,
    });
  });

  it.each([405, 501])("%d to HEAD: the manifest itself is asked for", async (status) => {
    const server = await serve((message, response) => {
      if (message.method === "HEAD") response.writeHead(status).end();
      else giveManifest(response);
    });
    const answer = await readerWith({ plainHttp: [server.host] }).findManifest(
      image(`${server.host}/a:1`),
      undefined,
      never,
    );
    expect(answer).toMatchObject({ kind: "exists", digest: manifestDigest });
  });

  it("takes a date as the time of its next answer", async () => {
    const server = await serve((_, response) => {
      response.writeHead(429, { "Retry-After": new Date(Date.now() + 60_000).toUTCString() }).end();
    });
    const answer = await readerWith({ plainHttp: [server.host] }).findManifest(
      image(`${server.host}/a`),
      undefined,
      never,
    );
    expect(answer.kind).toBe("throttled");
    const ms = answer.kind === "throttled" ? (answer.retryAfterMs ?? 0) : 0;
    expect(ms).toBeGreaterThan(30_000);
    expect(ms).toBeLessThanOrEqual(60_000);
  });
});

describe("secrets", () => {
  it("stay with the origin that they were given for when a registry redirects", async () => {
    const elsewhere = await serve((_, response) => giveManifest(response));
    const home = await serve((message, response) => {
      if (message.headers.authorization === undefined)
        response.writeHead(401, { "WWW-Authenticate": 'Basic realm="x"' }).end();
      else response.writeHead(307, { Location: `http://user:pw@${elsewhere.host}/blob` }).end();
    });
    const reader = readerWith({ plainHttp: [home.host, elsewhere.host] });
    expect((await reader.readManifest(image(`${home.host}/a:1`), alice, never)).kind).toBe("exists");
    expect(home.requests.map(({ authorization }) => authorization !== undefined)).toEqual([false, true]);
    expect(elsewhere.requests).toEqual([
      expect.objectContaining({ authorization: undefined, userAgent: "larder/test" }),
    ]);
  });

  it("are kept within one origin", async () => {
    const server = await serve((message, response) => {
      if (message.headers.authorization === undefined)
        response.writeHead(401, { "WWW-Authenticate": 'Basic realm="x"' }).end();
      else if (message.url === "/moved") giveManifest(response);
      else response.writeHead(302, { Location: "/moved" }).end();
    });
    const reader = readerWith({ plainHttp: [server.host] });
    expect((await reader.findManifest(image(`${server.host}/a:1`), alice, never)).kind).toBe("exists");
  });

  it("do not go to a registry to which another one sends on; that one is asked as by anybody", async () => {
    const tokens: string[] = [];
    const second = await serve((message, response) => {
      if (message.url?.startsWith("/token")) {
        tokens.push(message.headers.authorization ?? "nobody");
        response.end('{"token":"for-anybody"}');
      } else if (message.headers.authorization === "Bearer for-anybody") giveManifest(response);
      else response.writeHead(401, { "WWW-Authenticate": `Bearer realm="http://${second.host}/token"` }).end();
    });
    const first = await serve((_, response) => {
      response.writeHead(307, { Location: `http://${second.host}/v2/b/manifests/1` }).end();
    });
    const reader = readerWith({ plainHttp: [first.host, second.host] });
    expect((await reader.findManifest(image(`${first.host}/a:1`), alice, never)).kind).toBe("exists");
    expect(tokens).toEqual(["nobody"]);
    expect(first.requests.every(({ authorization }) => authorization === undefined)).toBe(true);
  });

  it("are in no answer, whatever a registry sends back", async () => {
    const password = alice.password.reveal();
    const encoded = Buffer.from(`alice:${password}`).toString("base64");
    const echo = `${password} ${encoded}`;
    for (const status of [200, 400, 401, 403, 404, 500]) {
      const server = await serve((message, response) => {
        const challenge = message.headers.authorization ? `Basic realm="${echo}"` : 'Basic realm="x"';
        const isFirst = message.headers.authorization === undefined;
        response.writeHead(isFirst ? 401 : status, `Said ${encoded}`, {
          "WWW-Authenticate": challenge,
          "X-Echo": echo,
        });
        response.end(echo);
      });
      const answer = await readerWith({ plainHttp: [server.host] }).readManifest(
        image(`${server.host}/a`),
        alice,
        never,
      );
      expect(answer.kind).not.toBe("exists");
      expect(JSON.stringify(answer)).not.toContain(password);
      expect(JSON.stringify(answer)).not.toContain(encoded);
    }
  });
});

describe("the end of a question", () => {
  it("is at once when nobody waits any longer, or when the reader is closed", async () => {
    const server = await serve(() => {});
    const reader = readerWith({ plainHttp: [server.host] });
    const stop = new AbortController();
    const given = reader.findManifest(image(`${server.host}/a`), undefined, stop.signal);
    const closed = reader.readManifest(image(`${server.host}/b`), undefined, never);
    while (server.requests.length < 2) await clock.sleep(5);
    stop.abort();
    expect(await given).toEqual({ kind: "unreachable", cause: "aborted", reason: "the question was given up" });
    reader.close();
    expect(await closed).toMatchObject({ cause: "aborted" });
    expect(await reader.findManifest(image(`${server.host}/c`), undefined, never)).toMatchObject({ cause: "aborted" });
  });

  it("leaves no connection", async () => {
    const sockets = new Set<Socket>();
    const server = await serve((message, response) => {
      sockets.add(message.socket);
      giveManifest(response);
    });
    const reader = readerWith({ plainHttp: [server.host] });
    await Promise.all(
      ["a", "b", "c"].map((name) => reader.findManifest(image(`${server.host}/${name}`), undefined, never)),
    );
    reader.close();
    await expect.poll(() => [...sockets].every((socket) => socket.destroyed)).toBe(true);
  });
});

describe("TLS", () => {
  const localhost = selfSigned({ dnsName: "localhost" });

  it("is believed where the authority is known, also an own one", async () => {
    const server = await serve((_, response) => giveManifest(response), localhost);
    const asked = image(`${server.host}/a`);
    const trusting = readerWith({ certificateAuthorities: [localhost.certificate] });
    expect((await trusting.findManifest(asked, undefined, never)).kind).toBe("exists");
    expect(await readerWith({}).findManifest(asked, undefined, never)).toEqual({
      kind: "unreachable",
      cause: "tls",
      reason: `${server.host} has a certificate of an authority that is not known here`,
    });
  });

  it.each([
    ["for other names", selfSigned({ dnsName: "other.test", ipAddress: "10.0.0.1" }), "for other names"],
    [
      "that has expired",
      selfSigned({ dnsName: "localhost", notAfter: new Date("2021-01-01T00:00:00Z") }),
      "has expired",
    ],
  ])("is not believed with a certificate %s", async (_, certificate, why) => {
    const server = await serve((_request, response) => giveManifest(response), certificate);
    const reader = readerWith({ certificateAuthorities: [certificate.certificate] });
    const answer = await reader.findManifest(image(`${server.host}/a`), undefined, never);
    expect(answer).toMatchObject({ kind: "unreachable", cause: "tls", reason: expect.stringContaining(why) });
  });

  it("is expected where plain HTTP was not allowed, and the answer says how to allow it", async () => {
    const server = await serve((_, response) => giveManifest(response));
    const answer = await readerWith({}).findManifest(image(`${server.host}/a`), undefined, never);
    expect(answer).toMatchObject({
      kind: "unreachable",
      cause: "tls",
      reason: expect.stringContaining("--plain-http"),
    });
    expect(server.requests).toEqual([]);
  });

  it("is not left: no redirect leads from it to plain HTTP", async () => {
    const plain = await serve((_, response) => giveManifest(response));
    const server = await serve((_, response) => {
      response.writeHead(307, { Location: `http://${plain.host}/x` }).end();
    }, localhost);
    const reader = readerWith({ certificateAuthorities: [localhost.certificate] });
    const answer = await reader.findManifest(image(`${server.host}/a`), alice, never);
    expect(answer).toMatchObject({ kind: "unreachable", cause: "protocol" });
    expect(plain.requests).toEqual([]);
  });
});

describe("a proxy", () => {
  const certificate = selfSigned({ dnsName: "registry.test" });
  const proxied = (port: number, more: object = {}) => ({
    host: "127.0.0.1",
    port,
    secure: false,
    credential: undefined,
    ...more,
  });
  const password = { username: "me", password: new SecretText("proxy-s3cret") };

  it.each([false, true])("carries TLS without reading it (the proxy itself with TLS: %s)", async (secure) => {
    const own = selfSigned({ dnsName: "localhost" });
    const upstream = await serve((_, response) => giveManifest(response), certificate);
    const proxy = kept(await serveProxy(upstream, "me:proxy-s3cret", secure ? own : undefined));
    const https = proxied(proxy.port, { credential: password, secure });
    const certificateAuthorities = [certificate.certificate, own.certificate];
    const reader = readerWith({ certificateAuthorities, proxies: { https, exempt: [] } });
    for (let times = 0; times < 2; times++) {
      const answer = await reader.readManifest(image("registry.test/a:1"), undefined, never);
      expect(answer).toMatchObject({ kind: "exists", digest: manifestDigest });
    }
    expect(proxy.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      "CONNECT registry.test:443",
      "CONNECT registry.test:443",
    ]);
    expect(upstream.requests.every(({ host }) => host === "registry.test")).toBe(true);
  });

  it.each([false, true])("carries plain HTTP (the proxy itself with TLS: %s)", async (secure) => {
    const own = selfSigned({ dnsName: "localhost" });
    const upstream = await serve((_, response) => giveManifest(response));
    const proxy = kept(await serveProxy(upstream, "me:proxy-s3cret", secure ? own : undefined));
    const http = proxied(proxy.port, { credential: password, secure });
    const reader = readerWith({
      plainHttp: ["registry.test:5000"],
      certificateAuthorities: [own.certificate],
      proxies: { http, exempt: [] },
    });
    const answer = await reader.findManifest(image("registry.test:5000/a:1"), undefined, never);
    expect(answer).toMatchObject({ kind: "exists", digest: manifestDigest });
    expect(proxy.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      "HEAD http://registry.test:5000/v2/a/manifests/1",
    ]);
    expect(upstream.requests[0]?.host).toBe("registry.test:5000");
  });

  it.each([
    ["registry.test/a", "https"],
    ["registry.test:5000/a", "http"],
  ])("that wants a password is named as such (%s)", async (asked, kind) => {
    const upstream = await serve((_, response) => giveManifest(response));
    const proxy = kept(await serveProxy(upstream, "me:proxy-s3cret"));
    const wrong = proxied(proxy.port, { credential: { username: "me", password: new SecretText("wrong-s3cret") } });
    const reader = readerWith({ plainHttp: ["registry.test:5000"], proxies: { [kind]: wrong, exempt: [] } });
    const answer = await reader.findManifest(image(asked), undefined, never);
    expect(answer).toMatchObject({
      kind: "unreachable",
      cause: "proxy",
      reason: expect.stringContaining("the proxy 127.0.0.1:"),
    });
    expect(JSON.stringify(answer)).not.toContain("s3cret");
  });

  it("that is not there, or silent, is named as such", async () => {
    const gone = await serveHttp(() => {});
    await gone.close();
    const asked = image("registry.test/a");
    const reader = readerWith({ proxies: { https: proxied(gone.port), exempt: [] } });
    expect(await reader.findManifest(asked, undefined, never)).toEqual({
      kind: "unreachable",
      cause: "proxy",
      reason: `the proxy 127.0.0.1:${gone.port} refuses connections`,
    });
    const silent = Number((await serveRaw(() => {})).split(":")[1]);
    const impatient = readerWith({ timeoutMs: 300, proxies: { https: proxied(silent), exempt: [] } });
    expect(await impatient.findManifest(asked, undefined, never)).toMatchObject({ cause: "timeout" });
  });

  it("is not used for what is exempt, nor for loopback", async () => {
    const server = await serve((_, response) => giveManifest(response));
    const reader = readerWith({
      plainHttp: [server.host],
      proxies: { http: proxied(1), https: proxied(1), exempt: [] },
    });
    expect((await reader.findManifest(image(`${server.host}/a`), undefined, never)).kind).toBe("exists");
    const exempt = readerWith({ proxies: { https: proxied(1), exempt: ["invalid"] } });
    const answer = await exempt.findManifest(image("registry.invalid/a"), undefined, never);
    expect(answer).toMatchObject({ cause: "network", reason: expect.stringContaining("registry.invalid") });
  });
});
