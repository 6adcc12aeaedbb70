/** What the client makes of servers that are not as they should be: they are HTTP servers, on a free port of 127.0.0.1. */
import type { ServerResponse } from "node:http";
import { type AddressInfo, createServer } from "node:net";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { Change } from "#ports/kubernetes.ts";
import { inTime, nameOf } from "./kubernetes/config-map.ts";
import { clientOf, startOddServer } from "./kubernetes/odd-server.ts";

const node = { resource: "nodes", name: "n" } as const;
const nodes = { resource: "nodes" } as const;

function answer(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { "Content-Type": "application/json", ...headers }).end(JSON.stringify(body));
}

function refuse(response: ServerResponse, code: number, reason: string, message = reason, details = {}): void {
  answer(response, code, { kind: "Status", apiVersion: "v1", status: "Failure", code, reason, message, details });
}

function listOf(version: string, ...names: readonly string[]) {
  return {
    kind: "NodeList",
    metadata: { resourceVersion: version },
    items: names.map((name) => ({ metadata: { name } })),
  };
}

function event(type: string, name: string, resourceVersion: string): string {
  return `${JSON.stringify({ type, object: { kind: "Node", apiVersion: "v1", metadata: { name, resourceVersion } } })}\n`;
}

function isWatch(url: string | undefined): boolean {
  return url?.includes("watch=true") === true;
}

describe("an answer", () => {
  it.each([
    ["a page for browsers", 200, "<html>Sign in</html>", "text/html", "server", /no JSON but text\/html/],
    [
      "a page for browsers, refusing",
      403,
      "<html>no</html>",
      "text/html",
      "forbidden",
      /^the server answered with HTTP status 403$/,
    ],
    ["a redirect", 302, "", "text/html", "server", /HTTP status 302/],
    ["plain text", 404, "404 page not found\n", "text/plain", "not-found", /404: 404 page not found$/],
    ["half of a JSON", 200, '{"kind": "No', "application/json", "server", /no JSON/],
    ["another JSON", 200, "[]", "application/json", "server", /not what it should be/],
  ])("that is %s is no object", async (_, status, body, type, kind, message) => {
    const { url, asked } = await startOddServer((_request, response) =>
      response.writeHead(status, { "Content-Type": type }).end(body),
    );
    const api = await clientOf(url);
    const got = await api.get(node, inTime());
    expect(got).toEqual({ ok: false, error: { kind, action: "get Node n", message: expect.stringMatching(message) } });
    expect(asked).toHaveLength(1);
  });

  it("that the server throttles is asked for again when the server wants it", async () => {
    let left = 2;
    const { url, asked } = await startOddServer((_, response) => {
      if (left-- > 0) response.writeHead(429, { "Retry-After": "1" }).end();
      else answer(response, 200, { metadata: { name: "n" } });
    });
    const api = await clientOf(url);
    const before = performance.now();
    expect(await api.get(node, inTime())).toMatchObject({ ok: true, value: { kind: "Node", metadata: { name: "n" } } });
    expect(performance.now() - before).toBeGreaterThan(1_900);
    expect(asked).toHaveLength(3);
  });

  it("that stays an error is one when patience is over", async () => {
    const { url, asked } = await startOddServer((_, response) =>
      refuse(response, 500, "InternalError", "etcd is away."),
    );
    const api = await clientOf(url, { times: { patienceMs: 500 } });
    expect(await api.get(node, inTime())).toMatchObject({
      ok: false,
      error: { kind: "server", message: "etcd is away" },
    });
    expect(asked.length).toBeGreaterThan(1);
  });

  it("that no kubelet gave is none: a log is not asked for again", async () => {
    const { url, asked } = await startOddServer((_, response) =>
      refuse(response, 500, "InternalError", "dial tcp 10.0.0.7:10250: connect: connection refused"),
    );
    const api = await clientOf(url);
    const container = { namespace: "n", pod: "p", container: "c" };
    expect(await api.readLog(container, () => {}, inTime())).toMatchObject({ ok: false, error: { kind: "server" } });
    expect(asked).toHaveLength(1);
  });

  it("that does not come is a timeout, in the time of one request", async () => {
    const { url, asked } = await startOddServer(() => {});
    const api = await clientOf(url, { times: { requestMs: 200 } });
    expect(await api.get(node, inTime())).toMatchObject({
      ok: false,
      error: { kind: "timeout", message: "the server did not answer within 0.2 s" },
    });
    expect(asked).toHaveLength(1);
  });

  it("that never came is waited for less than one that came before", async () => {
    let left = 0;
    const { url } = await startOddServer((_, response) => {
      if (left-- > 0) answer(response, 200, { metadata: { name: "n" } });
    });
    const timeout = (seconds: number) => ({
      ok: false,
      error: { kind: "timeout", message: `the server did not answer within ${seconds} s` },
    });
    const never = await clientOf(url, { times: { requestMs: 400, firstAnswerMs: 200 } });
    expect(await never.get(node, inTime())).toMatchObject(timeout(0.2));
    const once = await clientOf(url, { times: { requestMs: 400, firstAnswerMs: 200 } });
    left = 1;
    expect((await once.get(node, inTime())).ok).toBe(true);
    expect(await once.get(node, inTime())).toMatchObject(timeout(0.4));
  });

  it("whose end does not come is a timeout too", async () => {
    const { url } = await startOddServer((_, response) => void response.writeHead(200).write('{"metadata":'));
    const api = await clientOf(url, { times: { requestMs: 200 } });
    expect(await api.get(node, inTime())).toMatchObject({ ok: false, error: { kind: "timeout" } });
  });

  it("that breaks off is asked for again", async () => {
    let left = 1;
    const { url } = await startOddServer((_, response) => {
      if (left-- === 0) return answer(response, 200, { metadata: { name: "n" } });
      response.writeHead(200, { "Content-Length": "100" }).write("{");
      setTimeout(() => response.destroy(), 20);
    });
    const api = await clientOf(url);
    expect((await api.get(node, inTime())).ok).toBe(true);
  });

  it("with a warning tells it once", async () => {
    const { url } = await startOddServer((_, response) =>
      answer(response, 200, { metadata: { name: "n" } }, { Warning: '299 - "v1 \\"Node\\" is old", 299 - "and more"' }),
    );
    const warnings: string[] = [];
    const api = await clientOf(url, { onWarning: (text) => warnings.push(text) });
    await api.get(node, inTime());
    await api.get(node, inTime());
    expect(warnings).toEqual(['v1 "Node" is old', "and more"]);
  });

  it("of 10 MiB is read, also as one line of a watch", async () => {
    const big = "x".repeat(10 * 1024 * 1024);
    const object = { metadata: { name: "n", resourceVersion: "2", annotations: { big } } };
    const { url } = await startOddServer((request, response) => {
      if (isWatch(request.url)) response.writeHead(200).write(`${JSON.stringify({ type: "ADDED", object })}\n`);
      else answer(response, 200, { metadata: { resourceVersion: "1" }, items: [object] });
    });
    const api = await clientOf(url);
    const read = ({ metadata }: { metadata: { annotations?: Readonly<Record<string, string>> } }) =>
      metadata.annotations?.["big"]?.length;
    expect(await api.list(nodes, read, inTime())).toEqual({ ok: true, value: [big.length] });
    const end = new AbortController();
    const changes: Change<number>[] = [];
    await api.watch(nodes, read, (change) => changes.push(change) === 2 && end.abort(), end.signal);
    expect(changes).toEqual([
      { kind: "listed", items: [big.length] },
      { kind: "changed", item: big.length },
    ]);
  });
});

describe("what must not be done twice", () => {
  const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { namespace: "n", generateName: "p-" } };

  it("is not, when the connection breaks after it was asked", async () => {
    const { url, asked } = await startOddServer((_, response) => response.destroy());
    const api = await clientOf(url);
    expect(await api.create(object, {}, inTime())).toMatchObject({ ok: false, error: { kind: "unreachable" } });
    expect(asked).toHaveLength(1);
  });

  it("is asked for again when the server has not begun with it", async () => {
    let left = 1;
    const { url, asked } = await startOddServer((_, response) => {
      if (left-- > 0) return refuse(response, 429, "TooManyRequests");
      answer(response, 201, { metadata: { name: "p-1" } });
    });
    const api = await clientOf(url);
    expect((await api.create(object, {}, inTime())).ok).toBe(true);
    expect(asked).toHaveLength(2);
  });
});

describe("a list", () => {
  it("whose pages expire is begun again", async () => {
    let expired = false;
    const { url, asked } = await startOddServer((request, response) => {
      const isNext = request.url?.includes("continue=next") === true;
      if (!isNext)
        return answer(response, 200, {
          metadata: { resourceVersion: "1", continue: "next" },
          items: [{ metadata: { name: "a" } }],
        });
      if (expired) return answer(response, 200, listOf("1", "b"));
      expired = true;
      refuse(response, 410, "Expired");
    });
    const api = await clientOf(url);
    expect(await api.list(nodes, nameOf, inTime())).toEqual({ ok: true, value: ["a", "b"] });
    expect(asked).toHaveLength(4);
  });

  it("of slow pages takes the time of each, not of one request", async () => {
    const { url } = await startOddServer((request, response) => {
      const page = Number(/continue=(\d+)/.exec(request.url ?? "")?.[1] ?? 0);
      const metadata = { resourceVersion: "1", ...(page < 4 && { continue: String(page + 1) }) };
      setTimeout(() => answer(response, 200, { metadata, items: [{ metadata: { name: `p${page}` } }] }), 150);
    });
    const api = await clientOf(url, { times: { requestMs: 600 } });
    expect(await api.list(nodes, nameOf, inTime())).toEqual({ ok: true, value: ["p0", "p1", "p2", "p3", "p4"] });
  });
});

describe("a watch", () => {
  /** Watches until `count` changes came. */
  async function changesOf(url: string, count: number, times = {}): Promise<Change<string>[]> {
    const api = await clientOf(url, { times });
    const end = new AbortController();
    const changes: Change<string>[] = [];
    const take = (change: Change<string>): void => {
      changes.push(change);
      if (changes.length === count) end.abort();
    };
    expect(await api.watch(nodes, nameOf, take, AbortSignal.any([end.signal, inTime()]))).toEqual({
      ok: true,
      value: undefined,
    });
    return changes;
  }

  it("that is cut in the middle of a line goes on from what it knows", async () => {
    let watches = 0;
    const { url, asked } = await startOddServer((request, response) => {
      if (!isWatch(request.url)) return answer(response, 200, listOf("10", "a"));
      response.writeHead(200);
      if (watches++ > 0) return void response.write(event("ADDED", "c", "12"));
      response.write(`${event("ADDED", "b", "11")}{"type":"ADDED","object":{"meta`);
      setTimeout(() => response.destroy(), 20);
    });
    expect(await changesOf(url, 3)).toEqual([
      { kind: "listed", items: ["a"] },
      { kind: "changed", item: "b" },
      { kind: "changed", item: "c" },
    ]);
    expect(asked.map((line) => /resourceVersion=(\d+)/.exec(line)?.[1])).toEqual([undefined, "10", "11"]);
  });

  it("remembers bookmarks, and asks for them", async () => {
    let watches = 0;
    const { url, asked } = await startOddServer((request, response) => {
      if (!isWatch(request.url)) return answer(response, 200, listOf("10"));
      response.writeHead(200);
      if (watches++ > 0) response.write(event("ADDED", "b", "31"));
      else response.end(event("BOOKMARK", "", "30"));
    });
    await changesOf(url, 2);
    expect(asked[1]).toContain("allowWatchBookmarks=true");
    expect(asked[2]).toContain("resourceVersion=30");
  });

  it.each(["as an answer", "as an event"])("whose version has expired, %s, lists anew", async (how) => {
    let lists = 0;
    const { url } = await startOddServer((request, response) => {
      if (!isWatch(request.url)) return answer(response, 200, listOf(String(++lists), `list-${lists}`));
      if (lists > 1) return void response.writeHead(200).write(event("ADDED", "b", "9"));
      if (how === "as an answer") return refuse(response, 410, "Expired");
      const object = { kind: "Status", status: "Failure", reason: "Expired", code: 410, message: "too old" };
      response.writeHead(200).end(`${JSON.stringify({ type: "ERROR", object })}\n`);
    });
    expect(await changesOf(url, 3)).toEqual([
      { kind: "listed", items: ["list-1"] },
      { kind: "listed", items: ["list-2"] },
      { kind: "changed", item: "b" },
    ]);
  });

  it("that falls silent is opened again", async () => {
    let watches = 0;
    const { url } = await startOddServer((request, response) => {
      if (!isWatch(request.url)) return answer(response, 200, listOf("10"));
      response.writeHead(200).flushHeaders();
      if (watches++ > 0) response.write(event("ADDED", "b", "11"));
    });
    expect(await changesOf(url, 2, { silenceMs: 300 })).toEqual([
      { kind: "listed", items: [] },
      { kind: "changed", item: "b" },
    ]);
  });

  it("tells a gap once, and goes on when the server is back on its port", async () => {
    const first = await startOddServer((request, response) =>
      isWatch(request.url) ? response.writeHead(200).flushHeaders() : answer(response, 200, listOf("10", "a")),
    );
    const api = await clientOf(first.url, { times: { patienceMs: 100 } });
    const end = new AbortController();
    const changes: Change<string>[] = [];
    const done = api.watch(nodes, nameOf, (change) => changes.push(change), AbortSignal.any([end.signal, inTime()]));
    await vi.waitFor(() => expect(first.asked).toHaveLength(2), 10_000);
    await first.stop();
    await vi.waitFor(() => expect(changes).toHaveLength(2), 10_000);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const second = await startOddServer(
      (request, response) =>
        isWatch(request.url) ? response.writeHead(200).write(event("DELETED", "a", "20")) : refuse(response, 500, "x"),
      Number(new URL(first.url).port),
    );
    await vi.waitFor(() => expect(changes).toHaveLength(3), 10_000);
    end.abort();
    expect(await done).toEqual({ ok: true, value: undefined });
    expect(changes).toEqual([
      { kind: "listed", items: ["a"] },
      { kind: "interrupted", failure: { kind: "unreachable", action: "watch nodes", message: "connection refused" } },
      { kind: "deleted", item: "a" },
    ]);
    expect(second.asked[0]).toContain("resourceVersion=10");
  });

  it("that the server ends at once, again and again, does not become a storm", async () => {
    const { url, asked } = await startOddServer((request, response) => {
      if (isWatch(request.url)) response.writeHead(200).end();
      else answer(response, 200, listOf("10"));
    });
    const api = await clientOf(url);
    await api.watch(nodes, nameOf, () => {}, AbortSignal.timeout(1_500));
    expect(asked.length).toBeLessThan(10);
  });

  it("that is forbidden ends with the server's sentence", async () => {
    const message = 'nodes is forbidden: User "x" cannot list resource "nodes" in API group "" at the cluster scope';
    const { url } = await startOddServer((_, response) => refuse(response, 403, "Forbidden", message));
    const api = await clientOf(url);
    expect(await api.watch(nodes, nameOf, () => {}, inTime())).toEqual({
      ok: false,
      error: { kind: "forbidden", action: "watch nodes", message },
    });
  });
});

describe("a server that is not there", () => {
  it("may take a connection and say nothing: then the time is told in whole seconds", async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void silent.close());
    const { port } = silent.address() as AddressInfo;
    const api = await clientOf(`https://127.0.0.1:${port}`, { times: { firstReachMs: 300 } });
    expect(await api.version(inTime())).toMatchObject({
      ok: false,
      error: { kind: "unreachable", message: "no connection within 1 s" },
    });
  });

  it("is given up after the time for the first connection, by calls and by watches", async () => {
    const { url, stop } = await startOddServer(() => {});
    await stop();
    const api = await clientOf(url, { times: { firstReachMs: 400 } });
    const failure = { ok: false, error: { kind: "unreachable", message: "connection refused" } };
    expect(await api.version(inTime())).toMatchObject(failure);
    expect(await api.watch(nodes, nameOf, () => {}, inTime())).toMatchObject(failure);
  });

  it("comes to a call's mind no more when the API is closed", async () => {
    const { url, stop } = await startOddServer(() => {});
    await stop();
    const api = await clientOf(url);
    const asked = api.version(inTime());
    api.close();
    expect(await asked).toMatchObject({ ok: false, error: { kind: "aborted" } });
  });
});

describe("a program that gives the credential", () => {
  const script = (code: string) => ({
    exec: { command: process.execPath, args: ["-e", code], apiVersion: "client.authentication.k8s.io/v1" },
  });
  const credential = 'JSON.stringify({kind:"ExecCredential",status:{token:"t-"+process.pid}})';

  it("is asked once, and again when the server does not take its token any more", async () => {
    const tokens: (string | undefined)[] = [];
    const { url } = await startOddServer((request, response) => {
      tokens.push(request.headers.authorization);
      if (tokens.length === 3) refuse(response, 401, "Unauthorized");
      else answer(response, 200, { metadata: { name: "n" } });
    });
    const api = await clientOf(url, { user: script(`console.log(${credential})`) });
    for (const _ of [1, 2, 3]) expect((await api.get(node, inTime())).ok).toBe(true);
    expect(tokens[0]).toMatch(/^Bearer t-\d+$/);
    expect(tokens.slice(1, 3)).toEqual([tokens[0], tokens[0]]);
    expect(tokens[3]).toMatch(/^Bearer t-\d+$/);
    expect(tokens[3]).not.toBe(tokens[0]);
  });

  it("may take longer than a request may", async () => {
    const { url } = await startOddServer((_, response) => answer(response, 200, { metadata: { name: "n" } }));
    const user = script(`setTimeout(() => console.log(${credential}), 600)`);
    const api = await clientOf(url, { times: { requestMs: 300 }, user });
    expect((await api.get(node, inTime())).ok).toBe(true);
  });

  it("that fails is named with what it said, but for secrets", async () => {
    const { url, asked } = await startOddServer(() => {});
    const { exec } = script('console.error("no login for " + process.env.MY_TOKEN); process.exit(3)');
    const env = [{ name: "MY_TOKEN", value: "sesame-open" }];
    const api = await clientOf(url, { user: { exec: { ...exec, env } } });
    const got = await api.get(node, inTime());
    expect(got).toMatchObject({
      ok: false,
      error: { kind: "unauthorized", message: expect.stringMatching(/ended with exit code 3: no login for \*\*\*$/) },
    });
    expect(asked).toEqual([]);
  });

  it("is told of the cluster, and killed when nobody waits any more", async () => {
    const { url } = await startOddServer((request, response) =>
      answer(response, 200, { metadata: { name: request.headers.authorization } }),
    );
    const { exec } = script(
      'const {spec,apiVersion}=JSON.parse(process.env.KUBERNETES_EXEC_INFO); console.log(JSON.stringify({kind:"ExecCredential",status:{token:apiVersion+spec.cluster.server}}))',
    );
    const api = await clientOf(url, { user: { exec: { ...exec, provideClusterInfo: true } } });
    const got = await api.get(node, inTime());
    expect(got.ok && got.value.metadata.name).toBe(`Bearer client.authentication.k8s.io/v1${url}`);
    const hanging = await clientOf(url, { user: script("setInterval(() => {}, 1000)") });
    const asked = hanging.get(node, inTime());
    setTimeout(() => hanging.close(), 300);
    expect(await asked).toMatchObject({ ok: false, error: { kind: "aborted" } });
  });
});
