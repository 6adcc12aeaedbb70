import { mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { SecretText } from "#domain/credentials/secret-text.ts";
import { connectCri } from "#effects/cri/connect.ts";
import { makeImage } from "#embedded/images/image.ts";
import { pushImage } from "#embedded/images/push-image.ts";
import { EXEC_V1, PluginFolder, pluginAnswer } from "../kit/plugin-folder.ts";
import { processesOfRun } from "../kit/run/proc.ts";
import { finishedImages, type LarderRun, runLarder } from "../kit/run-larder.ts";
import { type Containerd, startContainerd } from "./parts/containerd.ts";
import { type DockerRegistry, startDockerRegistry } from "./parts/docker-registry.ts";
import { useRunFolder } from "./parts/run-folder.ts";

/** Credential plugins, good and bad, in front of a real registry with a password and a real runtime. */
const folder = useRunFolder();
const alice = { username: "alice", password: new SecretText("wonder") };

let containerd: Containerd;
let open: DockerRegistry;
let locked: DockerRegistry;
let desk: string;
let plugins: PluginFolder;

beforeAll(async () => {
  open = await startDockerRegistry(folder(), { name: "open" });
  locked = await startDockerRegistry(folder(), { name: "locked", accounts: [alice] });
  containerd = await startContainerd(folder(), { plainHttpHosts: [open.host, locked.host] });
  const image = await makeImage({ files: { "etc/larder": "hello" } });
  for (const [registry, repository] of [
    [open, "team/app"],
    [locked, "team/app"],
    [locked, "team/twin"],
  ] as const) {
    const credential = registry === locked ? { credential: alice } : {};
    await pushImage({
      registry: registry.url,
      repository,
      tag: "1",
      image,
      ...credential,
      signal: AbortSignal.timeout(30_000),
    });
  }
});

afterAll(async () => {
  await containerd?.stop();
  await locked?.stop();
  await open?.stop();
});

beforeEach(async () => {
  desk = await mkdtemp(join(folder().path, "desk-"));
  plugins = new PluginFolder();
  const runtime = connectCri({ socket: containerd.socket });
  const signal = AbortSignal.timeout(30_000);
  const images = await runtime.listImages(signal);
  for (const image of images.ok ? images.value : []) await runtime.removeImage(image.id, signal);
  runtime.close();
});

afterEach(async () => {
  plugins.remove();
  const left = (await processesOfRun(folder().id)).map(({ command }) => command);
  expect(
    left.filter((command) => /larder|sleep|plugin|\byes\b/.test(command.split(" ").slice(0, 2).join(" "))),
  ).toEqual([]);
});

async function fetchWith(script: string, images: readonly string[], more: readonly string[] = []): Promise<LarderRun> {
  plugins.write("plugin", script);
  const provider = { name: "plugin", matchImages: [locked.host], defaultCacheDuration: "10m", apiVersion: EXEC_V1 };
  const config = { apiVersion: "kubelet.config.k8s.io/v1", kind: "CredentialProviderConfig", providers: [provider] };
  await writeFile(join(desk, "plugins.json"), JSON.stringify(config));
  const options = [
    "--image-credential-provider-config",
    "plugins.json",
    "--image-credential-provider-bin-dir",
    plugins.path,
  ];
  const args = ["fetch", "--cri-socket", containerd.socket, "--output", "ndjson", ...options, ...more, ...images];
  return runLarder(args, { cwd: desk, environment: folder().environment });
}

function right(): string {
  return `echo '${pluginAnswer({ [locked.host]: ["alice", "wonder"] })}'`;
}

function outcomes(run: LarderRun): Record<string, string> {
  return Object.fromEntries(
    Object.entries(finishedImages(run)).map(([image, event]) => [
      image.replace(locked.host, "locked").replace(open.host, "open"),
      [event["outcome"], event["class"]].filter(Boolean).join(" "),
    ]),
  );
}

describe("fetch on containerd, with a plugin", () => {
  it("pulls private images with what it answers", async () => {
    const run = await fetchWith(right(), [`${locked.host}/team/app:1`, `${locked.host}/team/twin:1`]);
    expect(outcomes(run)).toEqual({ "locked/team/app:1": "pulled", "locked/team/twin:1": "pulled" });
    expect(run.exitCode).toBe(0);
  });

  it("that is slow holds up its own images only", async () => {
    const run = await fetchWith(`sleep 3; ${right()}`, [`${locked.host}/team/app:1`, `${open.host}/team/app:1`]);
    expect(run.exitCode).toBe(0);
    const finished = run.events.filter((event) => event.kind === "image-finished").map((event) => event["image"]);
    expect(finished).toEqual([`${open.host}/team/app:1`, `${locked.host}/team/app:1`]);
  });

  it.each([
    ["crashes", "kill -SEGV $$", "it was ended by SIGSEGV"],
    ["prints garbage", "head -c 1000 /dev/urandom", "its answer is not JSON"],
    ["prints 10 MiB", "head -c 10485760 /dev/zero", "it printed more than 1024 KiB"],
    ["prints without end", "exec yes", "it printed more than 1024 KiB"],
    ["answers with a wrong password", `echo '${pluginAnswer({ LOCKED: ["alice", "wonder-not"] })}'`, undefined],
  ])("that %s: right class, complete result", async (_what, script, why) => {
    const run = await fetchWith(script.replace("LOCKED", locked.host), [
      `${locked.host}/team/app:1`,
      `${open.host}/team/app:1`,
    ]);
    expect(outcomes(run)).toEqual({ "locked/team/app:1": "failed unauthorized", "open/team/app:1": "pulled" });
    expect(run.exitCode).toBe(1);
    const warnings = run.events.filter((event) => event.kind === "warning").map((event) => event["message"]);
    expect(warnings).toEqual(why === undefined ? [] : [expect.stringContaining(why)]);
    const tried = run.events.filter((event) => event.kind === "pull-failed").map((event) => event["credential"]);
    expect(tried).toEqual([why === undefined ? "plugin plugin" : null]);
    expect(run.stdout + run.stderr).not.toContain("wonder-not");
  });

  it("that hangs: what needs it is not finished at the deadline, all else is", async () => {
    const run = await fetchWith(
      "sleep 600 & wait",
      [`${locked.host}/team/app:1`, `${open.host}/team/app:1`],
      ["--overall-timeout", "3s"],
    );
    expect(outcomes(run)).toEqual({ "locked/team/app:1": "deadline", "open/team/app:1": "pulled" });
    expect(run.exitCode).toBe(3);
    expect(run.tookMs).toBeLessThan(15_000);
  });
});
