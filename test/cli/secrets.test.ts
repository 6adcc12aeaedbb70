import { readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SecretText } from "#domain/credentials/secret-text.ts";
import { systemClock } from "#effects/system/clock.ts";
import { type EmbeddedCriRuntime, startEmbeddedCriRuntime } from "#embedded/cri-runtime/embedded-cri-runtime.ts";
import type { CriFaultRule } from "#embedded/cri-runtime/faults.ts";
import { type EmbeddedRegistry, startEmbeddedRegistry } from "#embedded/registry/embedded-registry.ts";
import { EXEC_V1, PluginFolder, pluginAnswer } from "../kit/plugin-folder.ts";
import { takeApart } from "../kit/report-of.ts";
import { type LarderRun, runLarder } from "../kit/run-larder.ts";

/**
 * Passwords are planted in every input that can hold one, in several spellings, and looked for in everything that Larder
 * writes. Each begins with the same word, so that one search finds all of them; base64 and percent-encoding are undone.
 */
const PLANTED = "pLanTed";
const planted = (where: string): string => `${PLANTED}/${where}+7%`;

const clock = systemClock();
const formats = {
  ndjson: "events.ndjson",
  json: "result.json",
  junit: "larder.xml",
  csv: "pulls.csv",
  html: "larder.html",
};

let desk: string;
let plugins: PluginFolder;
let registry: EmbeddedRegistry;
let runtime: EmbeddedCriRuntime;

beforeEach(async () => {
  desk = await mkdtemp(join(tmpdir(), "larder-secrets-"));
  plugins = new PluginFolder();
  const accounts = [{ username: "alice", password: new SecretText("right") }];
  registry = await startEmbeddedRegistry({ clock, accounts });
  runtime = await startEmbeddedCriRuntime({ socket: join(desk, "cri.sock"), clock });
});

afterEach(async () => {
  await runtime.close();
  await registry.close();
  plugins.remove();
  await rm(desk, { recursive: true });
});

/** Text as it is, and with every base64 text and percent-encoding in it undone. */
function everyReading(text: string): string {
  const decoded = Array.from(text.matchAll(/[A-Za-z0-9+/_-]{8,}/g), ([letters]) =>
    [0, 1, 2, 3].map((skip) => Buffer.from(letters.slice(skip), "base64").toString("latin1")).join("\n"),
  );
  const percent = text.replaceAll(/%([0-9a-f]{2})/gi, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
  return [text, percent, ...decoded].join("\n");
}

function expectNoSecret(text: string, what: string): void {
  const found = everyReading(text).match(new RegExp(`.{0,60}${PLANTED}.{0,60}`, "s"))?.[0];
  expect(found, `a password in ${what}`).toBeUndefined();
}

function expectNoSecretIn(run: LarderRun, what: string): void {
  expectNoSecret(run.stdout, `${what}: standard output`);
  expectNoSecret(run.stderr, `${what}: standard error`);
}

function expectNoSecretInFiles(folder: string): void {
  const names = readdirSync(join(desk, folder));
  expect(names.toSorted()).toEqual(Object.values(formats).toSorted());
  for (const name of names) {
    const text = readFileSync(join(desk, folder, name), "utf8");
    expectNoSecret(text, `${folder}/${name}`);
    if (name.endsWith(".html")) expectNoSecret(JSON.stringify(takeApart(text).data), `the data in ${folder}/${name}`);
  }
}

function reportsIn(folder: string): string[] {
  return Object.entries(formats).flatMap(([format, file]) => ["--report", `${format}=${folder}/${file}`]);
}

function larder(...args: readonly string[]): Promise<LarderRun> {
  return runLarder(args, { cwd: desk, environment: { NODE_NAME: "worker-1" } });
}

function basic(user: string, password: string): string {
  return Buffer.from(`${user}:${password}`).toString("base64");
}

async function write(file: string, content: unknown): Promise<string> {
  await writeFile(join(desk, file), typeof content === "string" ? content : JSON.stringify(content));
  return file;
}

/** Where the credential of a repository comes from, which is called like it. */
const sources = ["auth", "pair", "dockercfg", "plugin"];

/** Docker configs in every form, and a plugin that answers, one that fails and one that prints garbage. */
async function credentialOptions(): Promise<string[]> {
  const { host } = registry;
  const key = (source: string): string => `${host}/acme/${source}`;
  const configs = [
    await write("auth.json", { auths: { [key("auth")]: { auth: basic("alice", planted("auth")) } } }),
    await write("pair.json", { auths: { [`http://${key("pair")}`]: { username: "bob", password: planted("pair") } } }),
    await write("key.json", { auths: { [`http://carol:${PLANTED}-key@r.test`]: { auth: basic("carol", "x") } } }),
    await write("dockercfg", {
      [key("dockercfg")]: { username: "dave", password: planted("dockercfg"), email: "d@r" },
    }),
    await write("token.json", { auths: { "r.test": { identitytoken: planted("identity"), auth: basic("eve", "x") } } }),
  ];
  plugins.write("good", `echo '${pluginAnswer({ [key("plugin")]: ["frank", planted("plugin")] })}'`);
  plugins.write("fails", `echo 'POST https://sts.test/?token=${planted("stderr")} 403' >&2; exit 1`);
  plugins.write("garbage", `echo '{"auth": {"${host}": {"username": "g", "password": "${planted("garbage")}" oops'`);
  const providers = ["good", "fails", "garbage"].map((name) => ({
    name,
    matchImages: [key("plugin")],
    defaultCacheDuration: "1m",
    apiVersion: EXEC_V1,
    env: [{ name: "PASSWORD", value: planted("env") }],
    args: [`--password=${planted("args")}`],
  }));
  const kind = { apiVersion: "kubelet.config.k8s.io/v1", kind: "CredentialProviderConfig" };
  const config = await write("plugins.json", { ...kind, providers });
  const ofPlugins = ["--image-credential-provider-config", config, "--image-credential-provider-bin-dir", plugins.path];
  return [...configs.flatMap((file) => ["--docker-config", file]), ...ofPlugins];
}

/** What a registry sent back and a runtime passes on: the password that it was asked with, and others. */
function tellingError(password: string): string {
  return [
    password,
    encodeURIComponent(password),
    JSON.stringify(JSON.stringify(`the password ${password} is wrong`)),
    `Authorization: Basic ${basic("alice", password)}`,
    `Get "https://robot:${encodeURIComponent(planted("url"))}@r.test/v2/": 401`,
    `Get "https://s3.test/blob?X-Amz-Credential=${PLANTED}1&X-Amz-Signature=${PLANTED}2&x=1": 403`,
    `{"access_token":"${PLANTED}3","refresh_token": "${PLANTED}4"}`,
    `Bearer eyJhbGciOiJSUzI1NiJ9.${Buffer.from(`{"sub":"${PLANTED}"}`).toString("base64url")}.c2lnbmF0dXJl`,
    "unexpected status: 401 Unauthorized",
  ].join(" ");
}

function refusals(): CriFaultRule[] {
  return sources.map((source) => ({
    on: { call: "pullImage", image: `${registry.host}/acme/${source}:1` },
    fault: { kind: "refuse", status: "Unknown", message: tellingError(planted(source)) },
  }));
}

describe("a password is nowhere in", () => {
  it.each(["text", "json", "ndjson"])("what fetch writes when a pull fails, with --output %s", async (output) => {
    const options = await credentialOptions();
    runtime.setFaults(refusals());
    const location = `http://u:${PLANTED}-location@127.0.0.1:1/v2/?X-Amz-Signature=${PLANTED}5`;
    registry.setFaults([{ on: { repository: "acme/moved" }, fault: { kind: "redirect", location } }]);
    const images = [...sources, "moved", "private"].map((name) => `${registry.host}/acme/${name}:1`);
    const command = ["fetch", "--cri-socket", join(desk, "cri.sock"), "--output", output, "--debug"];
    const timing = ["--overall-timeout", "4s", "--initial-pull-attempt-delay", "100ms"];
    const run = await larder(...command, ...timing, ...options, ...images, ...reportsIn("out"));
    expect(run.stdout).toContain("unexpected status: 401 Unauthorized");
    expect(run.stderr).toContain("debug: ");
    expectNoSecretIn(run, "fetch");
    expectNoSecretInFiles("out");
    const again = await larder("report", "--from", "out/events.ndjson", "-o", "json", ...reportsIn("again"));
    expect(again.exitCode).toBe(0);
    expectNoSecretIn(again, "report");
    expectNoSecretInFiles("again");
    expectNoSecretIn(await larder("report", "--from", "out/events.ndjson"), "report");
    const events = readFileSync(join(desk, "out", formats.ndjson), "utf8");
    for (const credential of ["auth.json", "pair.json", "dockercfg", "plugin good"]) {
      expect(events, "the credential was used and its trace taken out").toMatch(
        new RegExp(`${credential}".*\\*\\*\\*`),
      );
    }
  });

  it("what is said of wrong input", async () => {
    const secret = planted("input");
    await mkdir(join(desk, "folder"));
    const configs = [
      await write("cut.json", `{"auths": {"r.test": {"password": "${secret}" "email": ""}}}`),
      await write("raw.json", { auths: { "r.test": { auth: secret } } }),
      await write("colonless.json", { auths: { "r.test": { auth: Buffer.from(PLANTED).toString("base64") } } }),
      await write("list.json", { auths: [secret] }),
      await write("number.json", { auths: { "r.test": { username: "a", password: [secret] } } }),
    ];
    const list = await write(
      "images.txt",
      [
        `https://alice:${PLANTED}-list@r.test/acme/app:1`,
        `alice:${PLANTED}-list@r.test/acme/app:1`,
        `r.test/acme/app:1?token=${PLANTED}-query`,
      ].join("\n"),
    );
    const images = [`https://bob:${PLANTED}-argument@r.test/app`, `bob:${PLANTED}-argument@r.test:5000/app:1`];
    const lists = ["--image-list-file", list];
    const all = await larder("fetch", ...lists, ...configs.flatMap((file) => ["--docker-config", file]), ...images);
    expect(all.exitCode).toBe(2);
    expectNoSecretIn(all, "fetch with wrong input");
    for (const config of configs) {
      const alone = await larder("fetch", "--docker-config", config, "r.test/app:1", "--overall-timeout", "100ms");
      expectNoSecretIn(alone, `fetch with ${config}`);
      expectNoSecretIn(
        await larder("explain", "image", "r.test/app:1", "--docker-config", config),
        `explain ${config}`,
      );
    }
    for (const image of images) expectNoSecretIn(await larder("explain", "image", image), "explain image");
  });

  it("what is said of plugins and their config", async () => {
    const options = await credentialOptions();
    const run = await larder("explain", "image", `${registry.host}/acme/app:1`, "--output", "json", ...options);
    expectNoSecretIn(run, "explain image");
    await write(
      "plugins.json",
      `{"providers": [{"env": [{"name": "P", "value": "${planted("broken")}"}], "args": 7 "x"`,
    );
    const broken = await larder("explain", "image", `${registry.host}/acme/app:1`, ...options);
    expect(broken.exitCode).not.toBe(0);
    expectNoSecretIn(broken, "explain image with a broken config");
  });

  it("what the demo writes, whose password is known", async () => {
    const demo = await larder("demo");
    expect(demo.exitCode).toBe(0);
    const written = readFileSync(join(desk, "larder-demo/events.ndjson"), "utf8");
    const secrets = ["wonder", basic("alice", "wonder")];
    for (const secret of secrets) expect(demo.stdout + demo.stderr + written).not.toContain(secret);
  });
});
