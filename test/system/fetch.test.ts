import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { SecretText } from "#domain/credentials/secret-text.ts";
import { connectCri } from "#effects/cri/connect.ts";
import { systemClock } from "#effects/system/clock.ts";
import { type Image, makeImage } from "#embedded/images/image.ts";
import { pushImage } from "#embedded/images/push-image.ts";
import { type EmbeddedRegistry, startEmbeddedRegistry } from "#embedded/registry/embedded-registry.ts";
import { processesOfRun } from "../kit/run/proc.ts";
import { finishedImages, type LarderRun, runLarder } from "../kit/run-larder.ts";
import { type Containerd, startContainerd } from "./parts/containerd.ts";
import { type DockerRegistry, startDockerRegistry } from "./parts/docker-registry.ts";
import { useRunFolder } from "./parts/run-folder.ts";

const folder = useRunFolder();
const alice = { username: "alice", password: new SecretText("wonder") };

let containerd: Containerd;
let open: DockerRegistry;
let locked: DockerRegistry;
/** A registry that can be slow, for pulls that something happens to. */
let slow: EmbeddedRegistry;
let small: Image;
/** Fresh for each test, and the working directory of Larder, so that it is seen what a run leaves. */
let desk: string;

beforeAll(async () => {
  open = await startDockerRegistry(folder(), { name: "open" });
  locked = await startDockerRegistry(folder(), { name: "locked", accounts: [alice] });
  slow = await startEmbeddedRegistry({ clock: systemClock() });
  containerd = await startContainerd(folder(), { plainHttpHosts: [open.host, locked.host, slow.host] });
  small = await makeImage({ files: { "etc/larder": "hello" } });
  await push(open, "team/app", "1");
  await push(locked, "team/app", "1");
  await push(locked, "team/twin", "1");
});

afterAll(async () => {
  await slow?.close();
  await containerd?.stop();
  await locked?.stop();
  await open?.stop();
});

beforeEach(async () => {
  desk = await mkdtemp(join(folder().path, "desk-"));
  await mkdir(join(desk, "tmp"));
  await containerd.removeImages();
});

afterEach(async () => {
  expect(readdirSync(join(desk, "tmp")), "temporary files left behind").toEqual([]);
  const left = await processesOfRun(folder().id);
  expect(
    left.filter(({ command }) => command.includes("larder.js")),
    "processes left behind",
  ).toEqual([]);
});

async function push(registry: DockerRegistry, repository: string, tag: string, image = small): Promise<void> {
  const signal = AbortSignal.timeout(30_000);
  const credential = registry === locked ? { credential: alice } : {};
  await pushImage({ registry: registry.url, repository, tag, image, ...credential, signal });
}

async function config(file: string, users: Readonly<Record<string, string>>, host = locked.host): Promise<string> {
  const auths = Object.fromEntries(
    Object.entries(users).map(([user, password]) => [
      host,
      { auth: Buffer.from(`${user}:${password}`).toString("base64") },
    ]),
  );
  await writeFile(join(desk, file), JSON.stringify({ auths }));
  return file;
}

async function list(...lines: readonly string[]): Promise<string> {
  await writeFile(join(desk, "images.txt"), lines.map((line) => `${line}\n`).join(""));
  return "images.txt";
}

function fetchImages(args: readonly string[], options: Parameters<typeof runLarder>[1] = {}): Promise<LarderRun> {
  return runLarder(["fetch", "--cri-socket", containerd.socket, "--output", "ndjson", ...args], {
    cwd: desk,
    environment: { ...folder().environment, TMPDIR: join(desk, "tmp"), NODE_NAME: "worker-1" },
    ...options,
  });
}

it("what must not be left behind would be seen", async () => {
  const sleeper = spawn("sleep", ["60"], {
    argv0: "larder.js",
    stdio: "ignore",
    env: { ...process.env, ...folder().environment },
  });
  await once(sleeper, "spawn");
  const commands = (await processesOfRun(folder().id)).map(({ command }) => command);
  sleeper.kill("SIGKILL");
  await once(sleeper, "close");
  expect(commands.filter((command) => command.includes("larder.js"))).toHaveLength(1);
});

describe("fetch on containerd", () => {
  it("pulls public and private images, each with what matches it, and finds them there the next time", async () => {
    const cfg = await config("cfg.json", { alice: "wonder" });
    const file = await list(`${open.host}/team/app:1`, `${locked.host}/team/app:1`, `${locked.host}/team/twin:1`);
    const args = ["--image-list-file", file, "--docker-config", cfg];
    const first = await fetchImages(args);
    expect(first.exitCode).toBe(0);
    const credentials = first.events
      .filter((event) => event.kind === "pull-started")
      .map((event) => event["credential"]);
    expect(credentials.toSorted()).toEqual(["docker-config cfg.json", "docker-config cfg.json", null]);
    const second = await fetchImages(args);
    expect(second.exitCode).toBe(0);
    expect(Object.values(finishedImages(second)).map((image) => image["outcome"])).toEqual([
      "present",
      "present",
      "present",
    ]);
    expect(second.events.filter((event) => event.kind === "pull-started")).toEqual([]);
  });

  it("asks no registry for what is there, not even whether it has changed", async () => {
    const signal = AbortSignal.timeout(30_000);
    const images = ["1", "2", "3"].map((tag) => `${slow.host}/warm/app:${tag}`);
    for (const tag of ["1", "2", "3"]) {
      await pushImage({ registry: slow.url, repository: "warm/app", tag, image: small, signal });
    }
    expect((await fetchImages(images)).exitCode).toBe(0);
    const asked = slow.requests().length;
    const warm = await fetchImages(images);
    expect(warm.exitCode).toBe(0);
    expect(warm.events.at(-1)).toMatchObject({ kind: "run-finished", present: 3, pulled: 0 });
    expect(slow.requests().slice(asked)).toEqual([]);
  });

  it("a wrong password is final at once (exit 1), and the password is nowhere", async () => {
    const cfg = await config("cfg.json", { alice: "s3cretly-wrong" });
    const run = await fetchImages([`${locked.host}/team/app:1`, "--docker-config", cfg]);
    expect(run.exitCode).toBe(1);
    expect(finishedImages(run)[`${locked.host}/team/app:1`]).toMatchObject({
      outcome: "failed",
      class: "unauthorized",
      attempts: 1,
    });
    expect(run.stdout + run.stderr).not.toContain("s3cretly");
  });

  it("a wrong credential is followed by the right one", async () => {
    const wrong = await config("wrong.json", { mallory: "guess" });
    const right = await config("right.json", { alice: "wonder" });
    const run = await fetchImages([`${locked.host}/team/app:1`, "--docker-config", wrong, "--docker-config", right]);
    expect(run.exitCode).toBe(0);
    const tried = run.events.filter((event) => event.kind === "pull-started").map((event) => event["credential"]);
    expect(tried).toEqual(["docker-config wrong.json", "docker-config right.json"]);
  });

  it("a missing tag and a wrong password end the run within 2 s of the last good pull", async () => {
    const wrong = await config("wrong.json", { mallory: "guess" });
    const good = Array.from({ length: 6 }, (_, n) => `good/app:${n}`);
    for (const name of good) await push(open, "good/app", name.split(":")[1] ?? "");
    const run = await fetchImages([
      ...good.map((name) => `${open.host}/${name}`),
      `${open.host}/team/app:missing`,
      `${locked.host}/team/app:1`,
      "--docker-config",
      wrong,
    ]);
    expect(run.exitCode).toBe(1);
    const finished = finishedImages(run);
    expect(finished[`${open.host}/team/app:missing`]).toMatchObject({ outcome: "failed", class: "not-found" });
    expect(finished[`${locked.host}/team/app:1`]).toMatchObject({ outcome: "failed", class: "unauthorized" });
    const at = (kind: string): number =>
      Math.max(...run.events.filter((event) => event.kind === kind).map((event) => Date.parse(event.time)));
    expect(at("run-finished") - at("pull-succeeded")).toBeLessThan(2_000);
    expect(run.events.filter((event) => event.kind === "pull-succeeded")).toHaveLength(6);
  });

  it("pulls what is pinned by digest", async () => {
    const pinned = `${open.host}/team/app@${small.manifest.digest}`;
    const run = await fetchImages([pinned, `${open.host}/team/app:1@${small.manifest.digest}`]);
    expect(run.exitCode).toBe(0);
    expect(finishedImages(run)[pinned]).toMatchObject({
      outcome: "pulled",
      names: [pinned, `${open.host}/team/app:1@${small.manifest.digest}`],
    });
  });

  it("two hundred images in one list", async () => {
    for (let n = 0; n < 200; n++) await push(open, `many/app-${n % 20}`, String(n));
    const file = await list(...Array.from({ length: 200 }, (_, n) => `${open.host}/many/app-${n % 20}:${n}`));
    const run = await fetchImages(["--image-list-file", file]);
    expect(run.exitCode).toBe(0);
    expect(run.events.at(-1)).toMatchObject({ kind: "run-finished", outcome: "stocked", pulled: 200, failed: 0 });
  });
});

describe("fetch and a runtime that comes and goes", () => {
  it("waits for a socket that is not there yet", async () => {
    await containerd.stop();
    let started: Promise<void> | undefined;
    const run = await fetchImages([`${open.host}/team/app:1`], {
      onEvent: (event) => {
        if (event.kind === "runtime-waiting") started ??= containerd.startAgain();
      },
    });
    await started;
    expect(run.exitCode).toBe(0);
    expect(run.events.map((event) => event.kind).slice(0, 3)).toEqual([
      "run-started",
      "runtime-waiting",
      "runtime-connected",
    ]);
  });

  it("goes on after containerd was killed in mid-pull and started again", async () => {
    const image = await makeImage({ noise: { seed: "kill", layerBytes: [2 << 20] } });
    await pushImage({
      registry: slow.url,
      repository: "big/app",
      tag: "1",
      image,
      signal: AbortSignal.timeout(30_000),
    });
    slow.setFaults([
      {
        on: { repository: "big/app", part: "blob", method: "GET" },
        times: 2,
        fault: { kind: "slow", bytesPerSecond: 200_000 },
      },
    ]);
    let restarted: Promise<void> | undefined;
    const restart = async (): Promise<void> => {
      await systemClock().sleep(500);
      await containerd.kill();
      await containerd.startAgain();
    };
    const run = await fetchImages([`${slow.host}/big/app:1`], {
      onEvent: (event) => {
        if (event.kind === "pull-started") restarted ??= restart();
      },
    });
    await restarted;
    expect(run.exitCode).toBe(0);
    expect(run.events.find((event) => event.kind === "pull-failed")).toMatchObject({ class: "runtime-unavailable" });
    expect(finishedImages(run)[`${slow.host}/big/app:1`]).toMatchObject({ outcome: "pulled", attempts: 2 });
  });

  it("finds a socket that nobody named, and says where", async () => {
    // In a mount namespace of its own, where /run holds nothing but k0s' socket.
    const script = `mount -t tmpfs tmpfs /run && mkdir /run/k0s && touch /run/k0s/containerd.sock && mount --bind "$0" /run/k0s/containerd.sock && exec "$@"`;
    const larder = [process.execPath, "dist/larder.js", "fetch", "--output", "ndjson", `${open.host}/team/app:1`];
    const { stdout } = await promisify(execFile)("unshare", [
      "--mount",
      "sh",
      "-c",
      script,
      containerd.socket,
      ...larder,
    ]);
    const connected = stdout.split("\n").find((line) => line.includes('"runtime-connected"'));
    expect(JSON.parse(connected ?? "")).toMatchObject({ socket: "/run/k0s/containerd.sock", runtime: "containerd" });
  });

  it("says that no runtime could be reached (exit 4), and 0 with --exit-zero", async () => {
    const socket = join(desk, "absent.sock");
    const args = ["fetch", "--cri-socket", socket, "--overall-timeout", "2s", "r.test/app:1"];
    const run = await runLarder(args);
    expect(run.exitCode).toBe(4);
    expect(run.stdout).toContain(`${socket} is not there`);
    expect((await runLarder([...args, "--exit-zero"])).exitCode).toBe(0);
  });
});

describe("fetch that ends early", () => {
  beforeEach(async () => {
    slow.setFaults([]);
    await pushImage({
      registry: slow.url,
      repository: "hang/app",
      tag: "1",
      image: small,
      signal: AbortSignal.timeout(30_000),
    });
    slow.setFaults([{ on: { repository: "hang/app" }, fault: { kind: "stall" } }]);
  });

  it("at the deadline reports everything (exit 3)", async () => {
    const run = await fetchImages([`${slow.host}/hang/app:1`, `${open.host}/team/app:1`, "--overall-timeout", "4s"]);
    expect(run.exitCode).toBe(3);
    expect(finishedImages(run)[`${open.host}/team/app:1`]).toMatchObject({ outcome: "pulled" });
    expect(finishedImages(run)[`${slow.host}/hang/app:1`]).toMatchObject({ outcome: "deadline" });
  });

  it.each(["SIGINT", "SIGTERM"] as const)("on %s cancels, reports and ends 130 within 2 s", async (signal) => {
    let sentAt = 0;
    const run = await fetchImages([`${slow.host}/hang/app:1`], {
      onEvent: (event, send) => {
        if (event.kind !== "pull-started") return;
        sentAt = performance.now();
        send(signal);
      },
    });
    expect(performance.now() - sentAt).toBeLessThan(2_000);
    expect(run.exitCode).toBe(130);
    expect(run.events.at(-1)).toMatchObject({ kind: "run-finished", outcome: "interrupted", failed: 1 });
  });
});

describe("fetch with wrong input", () => {
  it("shows all of it and pulls nothing (exit 2)", async () => {
    const lines = Array.from({ length: 10_000 }, (_, n) =>
      n % 100 === 50 ? `Garbage ${n}!` : `${open.host}/team/app:${n}`,
    );
    const run = await fetchImages(["--image-list-file", await list(...lines)]);
    expect(run.exitCode).toBe(2);
    expect(run.stdout).toBe("");
    expect(run.stderr.match(/^images\.txt:\d+:1: .*\[IMAGE_REFERENCE_INVALID\]$/gm)).toHaveLength(100);
    const runtime = connectCri({ socket: containerd.socket });
    const images = await runtime.listImages(AbortSignal.timeout(10_000));
    runtime.close();
    expect(images).toEqual({ ok: true, value: [] });
    expect(existsSync(join(desk, "images.txt"))).toBe(true);
  });
});
