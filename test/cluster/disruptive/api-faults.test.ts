/** API servers that cannot be asked: each command says in one sentence why, with the right exit code, and soon. */
import { createSign } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { describe, expect, it, onTestFinished } from "vitest";
import { pausedWhile } from "../../../cluster/processes/daemon.ts";
import { selfSigned } from "../../kit/certificate.ts";
import { cluster } from "../harness/cluster.ts";
import { type LarderDesk, openLarderDesk } from "../harness/larder-desk.ts";
import { openSpace } from "../harness/space.ts";

interface Access {
  readonly server: string;
  /** PEM. */
  readonly authority: string;
  readonly token?: string;
}

const ours = { server: `https://127.0.0.1:${cluster.ports.api}`, authority: await keyFile("ca.crt") };

function keyFile(name: string): Promise<string> {
  return readFile(join(cluster.path, "keys", name), "utf8");
}

async function kubeconfig(desk: LarderDesk, { server, authority, token = "nobody" }: Access): Promise<string> {
  const data = Buffer.from(authority).toString("base64");
  const file = join(desk.folder, "kubeconfig");
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "c",
    contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
    clusters: [{ name: "c", cluster: { server, "certificate-authority-data": data } }],
    users: [{ name: "u", user: { token } }],
  };
  await writeFile(file, JSON.stringify(config));
  return file;
}

/** @returns what each of them ends with and says */
async function askAll(desk: LarderDesk, file: string): Promise<Set<string>> {
  const stock = await desk.stock("any", "any", { images: ["registry.test:5000/public/tool:1"] });
  const commands = [
    ["up", "-f", stock],
    ["await", "any"],
    ["down", "any", "--wait"],
  ];
  const runs = await Promise.all(commands.map((args) => desk.run([...args, "--kubeconfig", file])));
  for (const { tookMs, stdout } of runs) expect([tookMs < 25_000, stdout]).toEqual([true, ""]);
  // What each could not do is its own matter.
  const told = runs.map(
    ({ exitCode, stderr }) => `${exitCode} ${stderr.replace(/^larder: cannot .*?: /, "larder: cannot …: ")}`,
  );
  expect(await desk.leftBehind()).toEqual([]);
  return new Set(told);
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return `https://127.0.0.1:${address.port}`;
}

describe("an API server", () => {
  it("at an address where nobody is", async () => {
    const desk = await openLarderDesk();
    const nobody = createServer();
    const server = await listening(nobody);
    await new Promise((resolve) => nobody.close(resolve));
    expect(await askAll(desk, await kubeconfig(desk, { ...ours, server }))).toEqual(
      new Set([`4 larder: the cluster at ${server} (context c) cannot be reached: connection refused\n`]),
    );
  });

  it("whose name is none", async () => {
    const desk = await openLarderDesk();
    const server = "https://no-such-cluster.invalid:6443";
    const [only = "", ...others] = await askAll(desk, await kubeconfig(desk, { ...ours, server }));
    expect(others).toEqual([]);
    expect(only).toMatch(
      /^4 larder: the cluster at https:\/\/no-such-cluster\.invalid:6443 \(context c\) cannot be reached: its name [^\n]*\n$/,
    );
  });

  it("that hangs, before and after it has agreed on TLS", async () => {
    const desk = await openLarderDesk();
    const server = await listening(createServer(() => {}));
    expect(await askAll(desk, await kubeconfig(desk, { ...ours, server }))).toEqual(
      new Set([`4 larder: the cluster at ${server} (context c) cannot be reached: no connection within 5 s\n`]),
    );
    const { certificate, key } = selfSigned({ dnsName: "hangs.test" });
    const deaf = await listening(createTlsServer({ cert: certificate, key }, () => {}));
    const access = { server: deaf, authority: certificate };
    expect(await askAll(desk, await kubeconfig(desk, access))).toEqual(
      new Set(["4 larder: cannot …: the server did not answer within 15 s\n"]),
    );
  });

  it("of another authority than the kubeconfig says", async () => {
    const desk = await openLarderDesk();
    const authority = selfSigned({ dnsName: "other.test" }).certificate;
    expect(await askAll(desk, await kubeconfig(desk, { ...ours, authority }))).toEqual(
      new Set([
        `4 larder: the cluster at ${ours.server} (context c) cannot be reached: its certificate is of an authority that the kubeconfig does not name\n`,
      ]),
    );
  });

  it("that takes the token no longer", async () => {
    const desk = await openLarderDesk();
    const token = await expiredToken();
    expect(await askAll(desk, await kubeconfig(desk, { ...ours, token }))).toEqual(
      new Set([
        `1 larder: cannot …: the server does not accept the credentials (Unauthorized); asked was ${ours.server} (context c)\n`,
      ]),
    );
  });

  it("that stops in the middle of await, without closing anything, is waited for", async () => {
    const [space, desk] = [await openSpace(), await openLarderDesk()];
    const { namespace } = space;
    const [first = ""] = await space.images(["first"], { registry: "open" });
    const second = first.replace("/first:1", "/second:1");
    const nodes = { names: ["kubelet-1-35"] };
    const file = await desk.stock("paused", namespace, { images: [first, second], nodes, grace: "10m" });
    expect((await desk.run(["up", "-f", file])).exitCode).toBe(0);
    let isSeen = (): void => {};
    const seen = new Promise<void>((resolve) => (isSeen = resolve));
    const awaiting = desk.run(["await", "-f", file, "--output", "ndjson"], {
      onEvent: ({ kind }) => void (kind === "pull-failed" && isSeen()),
    });
    await Promise.race([seen, awaiting]);
    await pausedWhile(cluster, "kube-apiserver", async () => {
      const { exitCode, stderr } = await desk.run(["status", "--namespace", namespace]);
      expect([exitCode, stderr]).toEqual([
        4,
        expect.stringMatching(/^larder: the cluster at .* cannot be reached: no connection within 5 s\n$/),
      ]);
      await space.images(["second"], { registry: "open" });
    });
    const { exitCode, stderr } = await awaiting;
    expect(exitCode, stderr).toBe(0);
  });
});

/** As the cluster itself signs it, but for an hour that is over. */
async function expiredToken(): Promise<string> {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const now = Math.floor(Date.now() / 1_000);
  const claims = {
    iss: "https://kubernetes.default.svc",
    aud: ["https://kubernetes.default.svc"],
    sub: "system:serviceaccount:default:default",
    iat: now - 7_200,
    nbf: now - 7_200,
    exp: now - 3_600,
  };
  const text = `${encode({ alg: "RS256", typ: "JWT" })}.${encode(claims)}`;
  return `${text}.${createSign("sha256")
    .update(text)
    .sign(await keyFile("tokens.key"), "base64url")}`;
}
