import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { SecretText } from "#domain/credentials/secret-text.ts";
import { InstantClock } from "../../../test/kit/instant-clock.ts";
import { type EmbeddedRegistry, startEmbeddedRegistry } from "../registry/embedded-registry.ts";
import { makeImage } from "./image.ts";
import { type Pushed, type PushOptions, pushImage } from "./push-image.ts";

const alice = { username: "alice", password: new SecretText("correct horse") };
const bob = { username: "bob", password: new SecretText("battery staple") };
const image = await makeImage({ noise: { seed: "push", layerBytes: [1_000, 2_000] } });
const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

function push(registry: string, options: Partial<PushOptions> = {}): Promise<Pushed> {
  const signal = AbortSignal.timeout(10_000);
  return pushImage({ registry, repository: "acme/app", tag: "1.0", image, signal, ...options });
}

describe.each(["basic", "token"] as const)("pushing with %s authentication", (authentication) => {
  async function start(): Promise<EmbeddedRegistry> {
    const registry = await startEmbeddedRegistry({ clock: new InstantClock(), accounts: [alice], authentication });
    closing.push(() => registry.close());
    return registry;
  }

  it("uploads everything, then nothing, and elsewhere mounts what it can", async () => {
    const registry = await start();
    const outcomes = async (options: Partial<PushOptions>): Promise<string[]> => [
      ...(await push(registry.url, { credential: alice, ...options })).values(),
    ];
    expect(await outcomes({})).toEqual(["uploaded", "uploaded", "uploaded"]);
    expect(await outcomes({})).toEqual(["present", "present", "present"]);
    const other = await makeImage({ noise: { seed: "push", layerBytes: [1_000, 3_000] } });
    expect(await outcomes({ image: other, repository: "acme/other", mountFrom: "acme/app" })).toEqual([
      "uploaded",
      "mounted",
      "uploaded",
    ]);
  });

  it("uploads what may not be read where it lies", async () => {
    const accounts = [alice, { ...bob, repositories: ["team"] }];
    const registry = await startEmbeddedRegistry({ clock: new InstantClock(), accounts, authentication });
    closing.push(() => registry.close());
    await push(registry.url, { credential: alice, repository: "secret/app" });
    const pushed = await push(registry.url, { credential: bob, repository: "team/app", mountFrom: "secret/app" });
    expect([...pushed.values()]).toEqual(["uploaded", "uploaded", "uploaded"]);
  });

  it("sends the credential only when asked, and not at all to a registry that asks for none", async () => {
    const registry = await start();
    await push(registry.url, { credential: alice });
    expect(registry.requests()[0]).toMatchObject({ method: "HEAD", status: 401 });
    const open = await startEmbeddedRegistry({ clock: new InstantClock() });
    closing.push(() => open.close());
    await push(open.url, { credential: alice });
    expect(open.requests().map(({ authorization }) => authorization)).not.toContain("basic");
  });

  it("fails with the registry's words, and without the password", async () => {
    const registry = await start();
    const credential = { username: "alice", password: new SecretText("wrong battery") };
    const failure = await push(registry.url, { credential }).catch((error: unknown) => String(error));
    expect(failure).toMatch(/answered 401|oauth token: unexpected status: 401/);
    expect(failure).not.toContain("battery");
    await expect(push(registry.url)).rejects.toThrow(/^HEAD .* answered 401$|anonymous token/);
  });
});

/** A server for answers that no well-behaved registry gives. */
async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server: Server = createServer((request, response) => {
    request.resume().on("end", () => answer(request, response));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => new Promise((resolve) => server.close(() => resolve())));
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("the server has no port");
  return `http://127.0.0.1:${address.port}`;
}

describe("a registry that", () => {
  it("lets a blob be uploaded elsewhere does not make Larder send the credential there", async () => {
    const seenElsewhere: (string | undefined)[] = [];
    const elsewhere = await serve((request, response) => {
      seenElsewhere.push(request.headers.authorization);
      response.writeHead(401, { "WWW-Authenticate": 'Basic realm="give it to me"' }).end();
    });
    const registry = await serve((request, response) => {
      if (request.headers.authorization === undefined) {
        response.writeHead(401, { "WWW-Authenticate": "Basic" }).end();
      } else if (request.method === "HEAD") {
        response.writeHead(404).end();
      } else {
        response.writeHead(202, { Location: `${elsewhere}/upload` }).end();
      }
    });
    await expect(push(registry, { credential: alice })).rejects.toThrow("/upload answered 401");
    expect(seenElsewhere).toEqual([undefined]);
  });

  it("keeps its blobs elsewhere has them nevertheless, and tells in full why it refuses a manifest", async () => {
    const registry = await serve((request, response) => {
      if (request.method === "HEAD") response.writeHead(307, { Location: "https://storage.invalid/" }).end();
      else response.writeHead(403).end("quota exceeded\n");
    });
    await expect(push(registry)).rejects.toThrow(
      /^PUT .*\/v2\/acme\/app\/manifests\/1.0 answered 403: quota exceeded$/,
    );
  });

  it("gives new tokens as often as old ones run out", async () => {
    let tokens = 0;
    const registry: string = await serve((request, response) => {
      if (request.url?.startsWith("/token")) {
        tokens += 1;
        response.end(JSON.stringify({ token: `t${tokens}` }));
      } else if (request.headers.authorization !== `Bearer t${tokens}` || request.method === "PUT") {
        // What a token is good for is over after it has been used for one PUT.
        const isFresh = request.headers.authorization === `Bearer t${tokens}`;
        if (isFresh) {
          response.writeHead(201).end();
          tokens += 1;
        } else {
          response.writeHead(401, { "WWW-Authenticate": `Bearer realm="${registry}/token"` }).end();
        }
      } else {
        response.writeHead(request.method === "HEAD" ? 404 : 202, { Location: "/upload" }).end();
      }
    });
    const pushed = await push(registry, { credential: alice });
    expect([...pushed.values()]).toEqual(["uploaded", "uploaded", "uploaded"]);
    expect(tokens).toBeGreaterThan(4);
  });
});
