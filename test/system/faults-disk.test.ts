/** A node whose disk is full or read-only: the run says so, and starts nothing more, since every pull would fail alike. */
import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { makeImage } from "#embedded/images/image.ts";
import { pushImage } from "#embedded/images/push-image.ts";
import { expectComplete } from "../kit/complete-run.ts";
import { unmountUnder } from "../kit/run/ledger.ts";
import { finishedImages, type LarderRun } from "../kit/run-larder.ts";
import { type Containerd, startContainerd } from "./parts/containerd.ts";
import { type DockerRegistry, startDockerRegistry } from "./parts/docker-registry.ts";
import { type FetchDesk, openFetchDesk } from "./parts/fetch-desk.ts";
import { useRunFolder } from "./parts/run-folder.ts";

const folder = useRunFolder();
let registry: DockerRegistry;
let containerd: Containerd | undefined;
let desk: FetchDesk;
/** A disk of its own for each test. */
let disk: string;

beforeAll(async () => {
  registry = await startDockerRegistry(folder());
  for (const [tag, bytes] of Object.entries({ small: 1_000, large: 20_000_000 })) {
    const image = await makeImage({ noise: { seed: tag, layerBytes: [bytes] } });
    const signal = AbortSignal.timeout(30_000);
    for (const repository of ["a/app", "b/app", "c/app"]) {
      await pushImage({ registry: registry.url, repository, tag, image, signal });
    }
  }
});

afterEach(async () => {
  await mount("-o", "remount,rw", disk);
  await desk?.expectNothingLeft();
  await containerd?.stop();
  await unmountUnder(disk);
});

afterAll(() => registry?.stop());

const image = (name: string): string => `${registry.host}/${name}`;

async function mount(...args: readonly string[]): Promise<void> {
  await promisify(execFile)("mount", args);
}

/** @param place in the folder of containerd's images; empty: all of it */
async function startOnSmallDisk(name: string, place: string, size: string): Promise<void> {
  const root = join(folder().path, name);
  disk = join(root, place);
  await mkdir(disk, { recursive: true });
  await mount("-t", "tmpfs", "-o", `size=${size}`, "tmpfs", disk);
  containerd = await startContainerd(folder(), { name: `${name}-containerd`, root, plainHttpHosts: [registry.host] });
  desk = await openFetchDesk(folder(), containerd);
}

/** One pull at a time, so that nothing else is under way when the first fails. */
async function fetchOneByOne(images: readonly string[]): Promise<LarderRun> {
  const run = await desk.fetch([...images, "--parallel", "1", "--overall-timeout", "60s"]);
  expectComplete(run, images);
  return run;
}

/** The first pull that fails is the last that was started, and the run says so. */
function expectHalted(run: LarderRun, words: RegExp): void {
  const failure = run.events.findIndex((event) => event.kind === "pull-failed");
  expect(run.events[failure]).toMatchObject({ class: "disk", message: expect.stringMatching(words) });
  const after = run.events.slice(failure);
  expect(after.filter(({ kind }) => kind === "pull-started")).toEqual([]);
  expect(after.filter(({ kind }) => kind === "warning")).toMatchObject([
    { code: "DISK_FULL", message: expect.stringMatching(words) },
  ]);
  const failed = run.events[failure];
  for (const finished of Object.values(finishedImages(run)).filter(({ outcome }) => outcome !== "present")) {
    const own =
      finished["image"] === failed?.["image"] ? { attempts: 1, message: failed?.["message"] } : { attempts: 0 };
    expect(finished).toMatchObject({ outcome: "halted", class: "disk", ...own });
  }
  expect(run.exitCode).toBe(1);
  expect(run.tookMs).toBeLessThan(30_000);
}

describe("a disk that is full", () => {
  it("ends the run: what is there stays, and nothing more is started", async () => {
    await startOnSmallDisk("full", "", "16m");
    const small = image("a/app:small");
    expect((await fetchOneByOne([small])).exitCode).toBe(0);
    const run = await fetchOneByOne([small, ...["a/app:large", "b/app:large", "c/app:large"].map(image)]);
    expect(finishedImages(run)[small]).toMatchObject({ outcome: "present" });
    expectHalted(run, /no space left on device/);
  });
});

describe("a disk that is read-only", () => {
  it("ends the run at the first pull", async () => {
    // Only where downloads go: containerd keeps its database open, and such a disk cannot be made read-only.
    await startOnSmallDisk("read-only", "io.containerd.content.v1.content", "64m");
    await mount("-o", "remount,ro", disk);
    const run = await fetchOneByOne(["a/app:small", "b/app:small", "c/app:large"].map(image));
    expectHalted(run, /read-only file system/);
  });
});
