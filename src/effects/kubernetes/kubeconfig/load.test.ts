import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { fail, ok } from "#domain/result.ts";
import { selfSigned } from "../../../../test/kit/certificate.ts";
import { VirtualClock } from "../../../../test/kit/virtual-clock.ts";
import { openKubernetes } from "../open.ts";
import { authenticator, checkKeys } from "./authenticate.ts";
import { type LoadedKubeconfig, loadKubeconfig } from "./load.ts";

const one = `
apiVersion: v1
kind: Config
current-context: a
clusters:
- {name: c, cluster: {server: "https://one.test:6443/"}}
users:
- {name: u, user: {token: secret-token}}
contexts:
- {name: a, context: {cluster: c, user: u, namespace: team}}
- {name: b, context: {cluster: gone, user: u}}
- {name: d, context: {cluster: c, user: gone}}
- {name: nobody, context: {cluster: c}}
`;
const two = `
current-context: other
clusters:
- {name: c, cluster: {server: "https://two.test"}}
- {name: e, cluster: {server: "http://plain.test:8001"}}
contexts:
- {name: other, context: {cluster: e}}
`;

function load(
  files: Readonly<Record<string, string>>,
  more: { kubeconfig?: string; context?: string; environment?: object } = {},
) {
  const { kubeconfig, context, environment = {} } = more;
  const read = async (path: string) =>
    files[path] === undefined ? fail("does not exist") : ok(Buffer.from(files[path]));
  return loadKubeconfig({ kubeconfig, context, environment: { ...environment }, files: { read } });
}

async function loaded(...given: Parameters<typeof load>): Promise<LoadedKubeconfig> {
  const result = await load(...given);
  if (!result.ok) throw new Error(result.error.problem);
  return result.value;
}

const ports = { clock: new VirtualClock(), environment: {}, kill: () => {} };
const never = new AbortController().signal;

function identityOf(kubeconfig: LoadedKubeconfig) {
  return authenticator(kubeconfig, ports).make(never);
}

describe("the kubeconfig", () => {
  it("is that of --kubeconfig, before KUBECONFIG, before the one at home", async () => {
    const files = {
      "/flag": one.replace("one.test", "flag.test"),
      "/env": one.replace("one.test", "env.test"),
      "/home/me/.kube/config": one,
    };
    const environment = { KUBECONFIG: "/env", HOME: "/home/me" };
    expect((await loaded(files, { kubeconfig: "/flag", environment })).cluster.server).toBe("https://flag.test:6443");
    expect((await loaded(files, { environment })).cluster.server).toBe("https://env.test:6443");
    expect((await loaded(files, { environment: { HOME: "/home/me" } })).cluster.server).toBe("https://one.test:6443");
  });

  it("of several files takes the first that says something, and passes over those that are not there", async () => {
    const environment = { KUBECONFIG: "/absent:/one:/two" };
    const first = await loaded({ "/one": one, "/two": two }, { environment });
    expect([first.context, first.cluster.server, first.namespace]).toEqual(["a", "https://one.test:6443", "team"]);
    expect((await loaded({ "/one": one, "/two": two }, { environment, context: "other" })).cluster.server).toBe(
      "http://plain.test:8001",
    );
  });

  it.each([
    ["is missing", {}, { kubeconfig: "/k" }, /does not exist/, "/k"],
    ["is named by nobody", {}, {}, /no cluster is named/, "kubeconfig"],
    ["is no YAML", { "/k": "a: [secret-token\nb: }" }, { kubeconfig: "/k" }, /not valid YAML/, "/k"],
    ["is a list", { "/k": "- a" }, { kubeconfig: "/k" }, /no map/, "/k"],
    [
      "has a cluster without a server",
      { "/k": "clusters: [{name: c, cluster: {}}]" },
      { kubeconfig: "/k" },
      /clusters\[0\] .*"server"/,
      "/k",
    ],
    [
      "has a user that is a text",
      { "/k": "users: [secret-token]" },
      { kubeconfig: "/k" },
      /users\[0\] of the kubeconfig lacks a "name"$/,
      "/k",
    ],
    ["is empty", { "/k": "" }, { kubeconfig: "/k" }, /names no current context/, "/k"],
    ["has no such context", { "/k": one }, { kubeconfig: "/k", context: "nobdy" }, /no context "nobdy"/, "/k"],
    ["has no such cluster", { "/k": one }, { kubeconfig: "/k", context: "b" }, /cluster "gone"/, "/k"],
    ["has no such user", { "/k": one }, { kubeconfig: "/k", context: "d" }, /user "gone"/, "/k"],
    [
      "has a server that is no URL",
      { "/k": one.replace("https:", "ftp:") },
      { kubeconfig: "/k" },
      /no http or https URL/,
      "/k",
    ],
    [
      "has a provider that is gone",
      { "/k": one.replace("token: secret-token", "auth-provider: {name: gcp}") },
      { kubeconfig: "/k" },
      /auth-provider "gcp"/,
      "/k",
    ],
  ])("that %s is an issue", async (_, files, options, problem, file) => {
    const result = await load(files, options);
    expect(result).toMatchObject({
      ok: false,
      error: { code: "KUBECONFIG_INVALID", problem: expect.stringMatching(problem), at: { file } },
    });
    expect(JSON.stringify(result)).not.toContain("secret-token");
  });

  it("without such a context names those that are there, and the nearest", async () => {
    expect(await load({ "/k": one }, { kubeconfig: "/k", context: "nobdy" })).toMatchObject({
      error: { remedy: 'did you mean "nobody"? --context takes one of: a, b, d, nobody' },
    });
  });

  it("shows where it is no YAML", async () => {
    expect(await load({ "/k": "a: 1\nb: [" }, { kubeconfig: "/k" })).toMatchObject({ error: { at: { line: 2 } } });
  });
});

describe("who asks", () => {
  let folder = "";
  const { certificate, key } = selfSigned({ dnsName: "one.test" });
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "larder-kubeconfig-"));
    await mkdir(join(folder, "keys"));
    await writeFile(join(folder, "keys/c.crt"), certificate);
    await writeFile(join(folder, "keys/c.key"), key);
    await writeFile(join(folder, "token"), "from-file");
  });
  afterAll(() => rm(folder, { recursive: true }));

  const withUser = (user: object) => {
    const text = JSON.stringify({
      "current-context": "a",
      clusters: [
        {
          name: "c",
          cluster: { server: "https://one.test", "certificate-authority": "keys/c.crt", "tls-server-name": "x.test" },
        },
      ],
      users: [{ name: "u", user }],
      contexts: [{ name: "a", context: { cluster: "c", user: "u" } }],
    });
    return loaded({ [join(folder, "k")]: text }, { kubeconfig: join(folder, "k") });
  };

  it.each([
    ["a token", { token: "t" }, { Authorization: "Bearer t" }],
    [
      "a token in a file, before one in the kubeconfig",
      { tokenFile: "token", token: "t" },
      { Authorization: "Bearer from-file" },
    ],
    [
      "a password",
      { username: "me", password: "p" },
      { Authorization: `Basic ${Buffer.from("me:p").toString("base64")}` },
    ],
    [
      "another's name",
      { token: "t", as: "them", "as-groups": ["g", "h"], "as-uid": "7" },
      {
        Authorization: "Bearer t",
        "Impersonate-User": "them",
        "Impersonate-Group": ["g", "h"],
        "Impersonate-Uid": "7",
      },
    ],
    ["nothing", {}, {}],
  ])("by %s", async (_, user, headers) => {
    const identity = await identityOf(await withUser(user));
    expect(identity.headers).toEqual(headers);
    expect(String(identity.tls.ca)).toBe(certificate);
    expect(identity.tls.servername).toBe("x.test");
  });

  it("by a certificate, from files or from the kubeconfig itself", async () => {
    const base64 = (text: string): string => Buffer.from(text).toString("base64");
    for (const user of [
      { "client-certificate": "keys/c.crt", "client-key": "keys/c.key" },
      { "client-certificate-data": base64(certificate), "client-key-data": base64(key) },
    ]) {
      const kubeconfig = await withUser(user);
      expect(await checkKeys(kubeconfig)).toEqual({ ok: true, value: undefined });
      const { tls } = await identityOf(kubeconfig);
      expect([String(tls.cert), String(tls.key)]).toEqual([certificate, key]);
    }
  });

  it.each([
    [
      "a file that is not there",
      { "client-certificate": "keys/none.crt", "client-key": "keys/c.key" },
      /names .*none\.crt, which does not exist/,
    ],
    [
      "a key that is none",
      { "client-certificate": "keys/c.crt", "client-key": "token" },
      /certificates or keys .* cannot be used/,
    ],
    ["a token's file that is not there", { tokenFile: "none" }, /names .*none, which does not exist/],
  ])("with %s is an issue before anything is asked", async (_, user, problem) => {
    expect(await checkKeys(await withUser(user))).toMatchObject({
      ok: false,
      error: { problem: expect.stringMatching(problem) },
    });
  });

  it("by OpenID Connect, with a token that is still good", async () => {
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
    const token = `${part({ alg: "none" })}.${part({ exp: 4_000_000_000 })}.x`;
    const config = { "idp-issuer-url": "https://idp.test", "client-id": "c", "id-token": token, "refresh-token": "r" };
    const kubeconfig = await withUser({ "auth-provider": { name: "oidc", config } });
    expect(await checkKeys(kubeconfig)).toEqual({ ok: true, value: undefined });
    expect((await identityOf(kubeconfig)).headers).toEqual({ Authorization: `Bearer ${token}` });
  });
});

describe("in a pod", () => {
  it("the service account is taken where there is no kubeconfig", async () => {
    const root = await mkdtemp(join(tmpdir(), "larder-pod-"));
    const account = join(root, "var/run/secrets/kubernetes.io/serviceaccount");
    await mkdir(account, { recursive: true });
    await writeFile(join(account, "ca.crt"), selfSigned({ dnsName: "kubernetes" }).certificate);
    await writeFile(join(account, "token"), "pod-token");
    await writeFile(join(account, "namespace"), "of-pod\n");
    vi.stubEnv("KUBERNETES_SERVICE_HOST", "fd00::1");
    vi.stubEnv("KUBERNETES_SERVICE_PORT", "443");
    try {
      const read = async (path: string) => (path.startsWith(root) ? ok(Buffer.from("x")) : fail("does not exist"));
      const environment = { HOME: "/root", KUBERNETES_SERVICE_HOST: "fd00::1" };
      const result = await loadKubeconfig({
        kubeconfig: undefined,
        context: undefined,
        environment,
        files: { read },
        podRoot: root,
      });
      if (!result.ok) throw new Error(result.error.problem);
      expect([result.value.cluster.server, result.value.namespace]).toEqual(["https://[fd00::1]:443", "of-pod"]);
      expect((await identityOf(result.value)).headers).toEqual({ Authorization: "Bearer pod-token" });
    } finally {
      vi.unstubAllEnvs();
      await rm(root, { recursive: true });
    }
  });
});

it("an opened API says where it is, without a password", async () => {
  const text = one.replace("https://one.test", "https://me:secret-token@one.test");
  const files = { read: async () => ok(Buffer.from(text)) };
  const opened = await openKubernetes(
    { kubeconfig: "/k" },
    { ...ports, files, random: () => 0.5, userAgent: "larder/test" },
  );
  expect(opened.ok && opened.value.server).toBe("https://one.test:6443 (context a)");
  expect(opened.ok && opened.value.contextNamespace).toBe("team");
  if (opened.ok) opened.value.close();
});
