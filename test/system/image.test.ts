/** Larder's own image, built for real, pushed, pulled by containerd and run by runc. */
import { execFile } from "node:child_process";
import { cp, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { unpackTar } from "modern-tar";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SecretText } from "#domain/credentials/secret-text.ts";
import { connectCri } from "#effects/cri/connect.ts";
import { systemClock } from "#effects/system/clock.ts";
import { makeImage } from "#embedded/images/image.ts";
import { pushImage } from "#embedded/images/push-image.ts";
import { startEmbeddedRegistry } from "#embedded/registry/embedded-registry.ts";
import { type BuiltImage, buildImage, layOut } from "../../image/build.ts";
import { imageSettings } from "../../image/settings.ts";
import { expectGolden } from "../kit/golden.ts";
import { findCommand } from "../kit/run/find-command.ts";
import { type Containerd, startContainerd } from "./parts/containerd.ts";
import { type DockerRegistry, startDockerRegistry } from "./parts/docker-registry.ts";
import { useRunFolder } from "./parts/run-folder.ts";

const run = promisify(execFile);
const folder = useRunFolder();
const alice = { username: "alice", password: new SecretText("wonder") };

let registry: DockerRegistry;
let containerd: Containerd;
/** Folders of the layers, from which `built` was made. */
let layers: string;
let built: BuiltImage;
/** What `npm run image` printed, line by line. */
let printed: readonly string[];
let config: string;

const inTime = (): AbortSignal => AbortSignal.timeout(60_000);

beforeAll(async () => {
  registry = await startDockerRegistry(folder(), { accounts: [alice] });
  containerd = await startContainerd(folder(), { plainHttpHosts: [registry.host] });
  config = join(folder().path, "config", "docker.json");
  await mkdir(dirname(config));
  const auth = Buffer.from(`alice:${alice.password.reveal()}`).toString("base64");
  await writeFile(config, JSON.stringify({ auths: { [registry.host]: { auth } } }));
  const to = `${registry.host}/acme/larder:1`;
  const options = ["--to", to, "--plain-http", "--docker-config", config];
  const { stdout } = await run(process.execPath, ["--import", "./tools/typescript.mjs", "image/main.ts", ...options]);
  printed = stdout.trim().split("\n");
  layers = join(folder().path, "layers");
  await layOut(layers, inTime());
  built = await buildImage(layers, inTime());
});

afterAll(async () => {
  await containerd?.stop();
  await registry?.stop();
});

describe("the image", () => {
  it("is pushed with its digest and sizes told, and built again is the same", () => {
    expect(printed.at(-1)).toBe(`${registry.host}/acme/larder:1@${built.image.manifest.digest}`);
    expect(printed.slice(0, -1)).toEqual([
      expect.stringMatching(/^base +\d\.\d MB compressed +\d+\.\d MB unpacked {2}uploaded$/),
      expect.stringMatching(/^node +\d+\.\d MB compressed +\d+\.\d MB unpacked {2}uploaded$/),
      expect.stringMatching(/^agent +\d\.\d MB compressed +\d\.\d MB unpacked {2}uploaded$/),
      expect.stringMatching(
        /^all +\d+\.\d MB compressed +\d+\.\d MB unpacked {2}\S+ %, \S+ % against the 35 and 92 MB/,
      ),
    ]);
  });

  it("has these files", async () => {
    const listed: string[] = [];
    for (const { name, tar } of built.layers) {
      for (const { header } of await unpackTar(tar, { filter: ({ type }) => type !== "directory" })) {
        const target = header.linkname ? ` -> ${header.linkname}` : "";
        listed.push(`${name} ${(header.mode ?? 0).toString(8)} /${header.name}${target}`);
      }
    }
    // How the agent is cut into chunks is the build's business (test/build/agent-files.test.ts).
    const stable = new Set(listed.map((line) => line.replace(/chunk-\S+\.mjs$/, "chunk-….mjs")));
    expectGolden("image/files.txt", `${[...stable].join("\n")}\n`);
  });

  it("takes from this machine only what belongs to a package", async () => {
    const bundle = await readFile(join(layers, "base/etc/ssl/certs/ca-certificates.crt"), "utf8");
    const { stdout } = await run("dpkg-query", ["--listfiles", "ca-certificates"]);
    const packaged = stdout.split("\n").filter((file) => file.endsWith(".crt"));
    expect(bundle.split("-----BEGIN CERTIFICATE-----").length - 1).toBe(packaged.length);
    const recorded = await readFile(join(layers, "base/var/lib/dpkg/status.d/libc6"), "utf8");
    expect(recorded).toMatch(/^Package: libc6\n(?:.*\n)*Version: \S+\n/);
  });

  it("lets programs of the host run in it that need glibc and look names up", async () => {
    const root = join(folder().path, "root");
    await cp(join(layers, "base"), root, { recursive: true, verbatimSymlinks: true });
    await cp(await findCommand("getent", "libc-bin"), join(root, "getent"));
    await writeFile(join(root, "etc/hosts"), "127.0.0.7 seven.test\n");
    const { stdout } = await run("chroot", [root, "/getent", "ahostsv4", "seven.test"]);
    expect(stdout).toMatch(/^127\.0\.0\.7 /);
    expect((await run("chroot", [root, "/getent", "passwd", "0"])).stdout).toMatch(/^root:/);
  });
});

describe("pulled by containerd and run by runc", () => {
  const reference = (): string => `${registry.host}/acme/larder:1`;
  let containers = 0;

  /**
   * Runs a command in the image, with the folders of the runtime's socket and of the docker config mounted; without one,
   * what the image runs by itself.
   * @param flags of `ctr run`
   */
  async function runImage(
    args: readonly string[] = [],
    flags: readonly string[] = [],
  ): Promise<{ exitCode: number; stdout: string; stderr: string }> {
    const mounts = [dirname(containerd.socket), dirname(config)].flatMap((source, index) => [
      "--mount",
      `type=bind,src=${source},dst=/mnt/${index === 0 ? "runtime" : "config"},options=rbind:rw`,
    ]);
    const name = `image-test-${(containers += 1)}`;
    const ctr = ["--address", containerd.socket, "--namespace", "k8s.io"];
    const command = [...ctr, "run", "--rm", "--net-host", "--snapshotter", containerd.snapshotter, ...mounts, ...flags];
    return run("ctr", [...command, reference(), name, ...args]).then(
      (output) => ({ exitCode: 0, ...output }),
      (error: { code: number; stdout: string; stderr: string }) => ({ ...error, exitCode: error.code }),
    );
  }

  const larder = (...args: string[]): ReturnType<typeof runImage> =>
    runImage([...(imageSettings("").entrypoint ?? []), ...args]);

  beforeAll(async () => {
    const cri = connectCri({ socket: containerd.socket });
    const pulled = await cri.pullImage(reference(), { ...alice, email: "" }, inTime());
    cri.close();
    expect(pulled).toMatchObject({ ok: true });
  });

  it("tells its version and its commands", async () => {
    const { version } = JSON.parse(await readFile("package.json", "utf8")) as { version: string };
    expect(await larder("--version")).toMatchObject({ exitCode: 0, stdout: `${version}\n`, stderr: "" });
    expect((await runImage()).stdout).toContain("larder fetch");
  });

  it("hands out its idle program, from a root that cannot be written", async () => {
    const copied = await runImage(["/larder/idle", "--copy-to", "/mnt/config/idle"], ["--read-only"]);
    expect(copied).toMatchObject({ exitCode: 0, stdout: "", stderr: "" });
    expect((await stat(join(dirname(config), "idle"))).mode & 0o777).toBe(0o755);
  });

  it("fetches images over the socket of the runtime that it runs on", async () => {
    const image = await makeImage({ files: { "etc/larder": "hello" } });
    const to = { registry: registry.url, repository: "team/app", tag: "1", credential: alice };
    await pushImage({ ...to, image, signal: inTime() });
    const socket = ["--cri-socket", "/mnt/runtime/containerd.sock"];
    const docker = ["--docker-config", "/mnt/config/docker.json"];
    const fetched = await larder("fetch", ...socket, ...docker, "--output", "ndjson", `${registry.host}/team/app:1`);
    expect(fetched).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(fetched.stdout.trim().split("\n").at(-1) ?? "")).toMatchObject({ outcome: "stocked", pulled: 1 });
    const cri = connectCri({ socket: containerd.socket });
    expect(await cri.imageStatus(`${registry.host}/team/app:1`, inTime())).toMatchObject({
      ok: true,
      value: { id: image.config.digest },
    });
    cri.close();
  });

  it("asks a credential plugin of the host, a program that needs glibc, by a config in YAML", async () => {
    const image = await makeImage({ files: { "etc/larder": "from a plugin" } });
    const to = { registry: registry.url, repository: "team/plugin", tag: "1", credential: alice };
    await pushImage({ ...to, image, signal: inTime() });
    const bin = join(dirname(config), "bin");
    await mkdir(bin);
    await cp(await findCommand("printf", "coreutils"), join(bin, "printf"));
    await writeFile(join(dirname(config), "plugins.yaml"), pluginConfig(registry.host, alice));
    const socket = ["--cri-socket", "/mnt/runtime/containerd.sock"];
    const provider = "--image-credential-provider";
    const plugins = [`${provider}-config`, "/mnt/config/plugins.yaml", `${provider}-bin-dir`, "/mnt/config/bin"];
    const fetched = await larder("fetch", ...socket, ...plugins, `${registry.host}/team/plugin:1`);
    expect(fetched).toMatchObject({ exitCode: 0 });
    expect(fetched.stdout).toContain("plugin printf");
  });

  it("says of a command that is not in it where that command is", async () => {
    const demo = await larder("demo");
    expect(demo.exitCode).toBe(2);
    expect(demo.stderr).toContain("the image for nodes holds only fetch and remove");
  });
});

it("is pushed to a registry that wants tokens", async () => {
  const target = await startEmbeddedRegistry({
    clock: systemClock(),
    accounts: [alice],
    authentication: "token",
  });
  const to = { registry: target.url, repository: "acme/larder", tag: "1", credential: alice };
  const pushed = await pushImage({ ...to, image: built.image, signal: inTime() });
  await target.close();
  expect([...pushed.values()]).toEqual(["uploaded", "uploaded", "uploaded", "uploaded"]);
});

/** A plugin that is printf: it answers the same to everybody. */
function pluginConfig(host: string, { username, password }: typeof alice): string {
  const answer = JSON.stringify({
    apiVersion: "credentialprovider.kubelet.k8s.io/v1",
    kind: "CredentialProviderResponse",
    cacheKeyType: "Registry",
    auth: { [host]: { username, password: password.reveal() } },
  });
  return `apiVersion: kubelet.config.k8s.io/v1
kind: CredentialProviderConfig
providers:
  - name: printf
    matchImages: ["${host}"]
    defaultCacheDuration: 1m
    apiVersion: credentialprovider.kubelet.k8s.io/v1
    args: ["%s", '${answer}']
`;
}
