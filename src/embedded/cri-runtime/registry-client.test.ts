/** Registries of other makes, which the embedded registry does not play. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { SecretText } from "#domain/credentials/secret-text.ts";
import { parseImageReference } from "#domain/image/reference.ts";
import { sha256Of } from "../digest.ts";
import { openHttpAgents } from "./http-exchange.ts";
import { createRegistryClient, type RegistryClient } from "./registry-client.ts";
import { resolveReference } from "./resolve.ts";

const manifest = Buffer.from("{}");
const type = "application/vnd.oci.image.manifest.v1+json";
let cleanUp: (() => unknown)[] = [];

afterEach(async () => {
  for (const step of cleanUp.toReversed()) await step();
  cleanUp = [];
});

async function listen(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanUp.push(() => new Promise((resolve) => server.close(resolve)));
  cleanUp.push(() => server.closeAllConnections());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function clientFor(host: string, image = "app:1") {
  const reference = parseImageReference(`${host}/${image}`);
  if (!reference.ok) throw new Error(reference.error);
  const agents = openHttpAgents();
  cleanUp.push(() => agents.close());
  const credential = { username: "alice", password: new SecretText("word") };
  const access = { plainHttpHosts: new Set<string>(), agents };
  const client = createRegistryClient(reference.value, credential, access, AbortSignal.timeout(10_000));
  return { client, resolve: () => resolveReference(reference.value, `${host}/${image}`, client) };
}

describe("a name is resolved", () => {
  test("by reading the manifest, where the registry does not say its digest", async () => {
    const host = await listen((_, response) =>
      response.writeHead(200, { "Content-Type": `${type}; a=b` }).end(manifest),
    );
    const expected = { mediaType: type, digest: sha256Of(manifest), size: manifest.length };
    expect(await clientFor(host).resolve()).toEqual(expected);
  });

  test("by GET, where the registry knows no HEAD", async () => {
    const methods: unknown[] = [];
    const host = await listen((request, response) => {
      methods.push(request.method);
      if (request.method === "HEAD") return response.writeHead(405).end();
      const headers = { "Content-Type": type, "Docker-Content-Digest": sha256Of(manifest), "Content-Length": 2 };
      return response.writeHead(200, headers).end(manifest);
    });
    expect(await clientFor(host).resolve()).toMatchObject({ digest: sha256Of(manifest), size: 2 });
    expect(methods).toEqual(["HEAD", "GET"]);
  });

  test.each([
    [{ "Docker-Content-Digest": "md5:abc", "Content-Length": "2" }, '"md5:abc" in header not a valid digest'],
    [{ "Docker-Content-Digest": sha256Of(manifest), "Content-Length": "9437652" }, "rejecting 9437652 byte manifest"],
  ])("not with %j", async (headers, words) => {
    const host = await listen((_, response) => response.writeHead(200, headers).end());
    await expect(clientFor(host).resolve()).rejects.toThrow(words);
  });

  test("not where the registry refuses the token that it gave", async () => {
    const host = await listen((request, response) => {
      if (request.url?.startsWith("/token")) return response.end('{"token": "t"}');
      const challenge = `Bearer realm="http://${request.headers.host}/token",error="insufficient_scope"`;
      return response.writeHead(401, { "WWW-Authenticate": challenge }).end();
    });
    await expect(clientFor(host).resolve()).rejects.toThrow(
      "pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed",
    );
  });

  test.each([
    ['{"token": ""}', "authorization server did not include a token in the response"],
    ["<html>", "unable to decode token response"],
  ])("not where the token server says %s", async (body, words) => {
    const host = await listen((request, response) => {
      if (request.url?.startsWith("/token")) return response.end(body);
      const challenge = `Bearer realm="http://${request.headers.host}/token"`;
      return response.writeHead(401, { "WWW-Authenticate": challenge }).end();
    });
    await expect(clientFor(host).resolve()).rejects.toThrow(
      `failed to authorize: failed to fetch oauth token: ${words}`,
    );
  });
});

describe("the credential", () => {
  const seen: (string | undefined)[] = [];
  const asksForBasic = (request: IncomingMessage, response: ServerResponse): boolean => {
    if (request.headers.authorization !== undefined) return false;
    response.writeHead(401, { "WWW-Authenticate": "Basic realm=x" }).end();
    return true;
  };
  const getBlob = async (client: RegistryClient): Promise<number | undefined> =>
    (await client.request("GET", "blobs", sha256Of(manifest), {})).resume().statusCode;

  test("goes to no host to which the registry redirects", async () => {
    const storage = await listen((request, response) => {
      seen.push(request.headers.authorization);
      response.end();
    });
    const host = await listen((request, response) => {
      if (!asksForBasic(request, response)) response.writeHead(307, { Location: `http://${storage}/x` }).end();
    });
    expect(await getBlob(clientFor(host).client)).toBe(200);
    expect(seen).toEqual([undefined]);
  });

  test("goes to no such host that asks for it, either", async () => {
    let authorized = 0;
    const thief = await listen((request, response) => {
      if (!asksForBasic(request, response)) authorized += 1;
    });
    const host = await listen((_, response) => response.writeHead(307, { Location: `http://${thief}/x` }).end());
    expect(await getBlob(clientFor(host).client)).toBe(401);
    expect(authorized).toBe(0);
  });

  test("is not sent unasked", async () => {
    const host = await listen((request, response) => {
      response.writeHead(request.headers.authorization === undefined ? 200 : 500).end();
    });
    expect(await getBlob(clientFor(host).client)).toBe(200);
  });
});
