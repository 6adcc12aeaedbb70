/** The embedded registry and the images made here, judged by clients that somebody else wrote. */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { SecretText } from "#domain/credentials/secret-text.ts";
import { systemClock } from "#effects/system/clock.ts";
import { type Image, type ImageIndex, makeImage, makeImageIndex } from "#embedded/images/image.ts";
import { pushImage } from "#embedded/images/push-image.ts";
import { type EmbeddedRegistry, startEmbeddedRegistry } from "#embedded/registry/embedded-registry.ts";
import type { Authentication } from "#embedded/registry/gate.ts";
import { findCommand } from "../kit/run/find-command.ts";
import { startDockerRegistry } from "./parts/docker-registry.ts";
import { useRunFolder } from "./parts/run-folder.ts";

const folder = useRunFolder();
const alice = { username: "alice", password: new SecretText("correct horse") };
let registry: EmbeddedRegistry | undefined;

afterEach(async () => {
  await registry?.close();
});

async function start(authentication: Authentication): Promise<EmbeddedRegistry> {
  registry = await startEmbeddedRegistry({ clock: systemClock(), accounts: [alice], authentication });
  return registry;
}

async function push(to: EmbeddedRegistry, repository: string, image: Image | ImageIndex): Promise<void> {
  const signal = AbortSignal.timeout(10_000);
  await pushImage({ registry: to.url, repository, tag: "1.0", image, credential: alice, signal });
}

async function run(command: string, debianPackage: string, args: readonly string[]): Promise<string> {
  const path = await findCommand(command, debianPackage);
  const env = { ...process.env, ...folder().environment };
  return (await promisify(execFile)(path, args, { env, timeout: 60_000, cwd: folder().path })).stdout;
}

function skopeo(...args: string[]): Promise<string> {
  return run("skopeo", "skopeo", ["--insecure-policy", ...args]);
}

const fromHere = ["--src-tls-verify=false", "--src-creds", "alice:correct horse"];

describe.each(["basic", "token"] as const)("skopeo with %s authentication", (authentication) => {
  it.each(["oci", "docker"] as const)("copies an image to docker-registry, byte for byte (%s)", async (format) => {
    const source = await start(authentication);
    const target = await startDockerRegistry(folder(), { name: `${authentication}-${format}` });
    const image = await makeImage({
      files: { "etc/larder": "hello" },
      noise: { seed: "skopeo", layerBytes: [200_000, 1] },
      format,
    });
    await push(source, "acme/app", image);
    await skopeo(
      "copy",
      ...fromHere,
      "--dest-tls-verify=false",
      `docker://${source.host}/acme/app:1.0`,
      `docker://${target.host}/copied/app:1.0`,
    );
    const copied = await fetch(`${target.url}/v2/copied/app/manifests/1.0`, {
      headers: { accept: image.manifest.mediaType },
    });
    expect(copied.headers.get("docker-content-digest")).toBe(image.manifest.digest);
    await target.stop();
  });

  it("is refused with a wrong password, and reads the error", async () => {
    const source = await start(authentication);
    await push(source, "acme/app", await makeImage({ files: { a: "b" } }));
    const inspected = skopeo(
      "inspect",
      "--tls-verify=false",
      "--creds",
      "alice:wrong",
      `docker://${source.host}/acme/app:1.0`,
    );
    await expect(inspected).rejects.toThrow(/unauthorized|authentication required|invalid username\/password/i);
  });
});

describe("images", () => {
  it("of several platforms are picked by their platform", async () => {
    const source = await start("basic");
    const images = await Promise.all(
      ["amd64", "arm64"].map((architecture) =>
        makeImage({ files: { architecture }, labels: { architecture }, platform: { os: "linux", architecture } }),
      ),
    );
    await push(source, "acme/many", makeImageIndex(images));
    const options = ["--tls-verify=false", "--creds", "alice:correct horse"];
    const inspected = await skopeo(
      "--override-arch",
      "arm64",
      "inspect",
      ...options,
      `docker://${source.host}/acme/many:1.0`,
    );
    expect(JSON.parse(inspected)).toMatchObject({ Architecture: "arm64", Labels: { architecture: "arm64" } });
  });

  it("unpack to their files, and the digests of the unpacked layers are right", async () => {
    const source = await start("basic");
    const image = await makeImage({
      files: { "bin/tool": { content: "#!/bin/sh\n", mode: 0o755 }, "etc/larder": "hello" },
      noise: { seed: "umoci", layerBytes: [100_000] },
    });
    await push(source, "acme/app", image);
    const layout = join(folder().path, "layout");
    await skopeo("copy", ...fromHere, `docker://${source.host}/acme/app:1.0`, `oci:${layout}:app`);
    const bundle = join(folder().path, "bundle");
    await run("umoci", "umoci", ["unpack", "--rootless", "--image", `${layout}:app`, bundle]);
    expect(await readFile(join(bundle, "rootfs/etc/larder"), "utf8")).toBe("hello");
    expect((await readFile(join(bundle, "rootfs/noise/0"))).length).toBe(100_000);
  });
});
