/** What may go wrong around a run: another run at the same time, a clock that is set back, and a list of which half is bad. */
import { execFile } from "node:child_process";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { SecretText } from "#domain/credentials/secret-text.ts";
import { systemClock } from "#effects/system/clock.ts";
import { type Image, makeImage } from "#embedded/images/image.ts";
import { pushImage } from "#embedded/images/push-image.ts";
import { type EmbeddedRegistry, startEmbeddedRegistry } from "#embedded/registry/embedded-registry.ts";
import { expectComplete } from "../kit/complete-run.ts";
import { findCommand } from "../kit/run/find-command.ts";
import { finishedImages } from "../kit/run-larder.ts";
import { type Containerd, startContainerd } from "./parts/containerd.ts";
import { type FetchDesk, openFetchDesk } from "./parts/fetch-desk.ts";
import { useRunFolder } from "./parts/run-folder.ts";

const folder = useRunFolder();
const alice = { username: "alice", password: new SecretText("wonder"), repositories: ["open", "locked"] };
let registry: EmbeddedRegistry;
let containerd: Containerd;
let desk: FetchDesk;

beforeAll(async () => {
  const publicRepositories = ["open"];
  registry = await startEmbeddedRegistry({ clock: systemClock(), accounts: [alice], publicRepositories });
  containerd = await startContainerd(folder(), { plainHttpHosts: [registry.host] });
});

beforeEach(async () => {
  registry.setFaults([]);
  desk = await openFetchDesk(folder(), containerd);
});

afterEach(() => desk.expectNothingLeft());

afterAll(async () => {
  await registry?.close();
  await containerd?.stop();
});

const host = (name: string): string => `${registry.host}/${name}`;

async function push(repository: string, tag: string, image: Image): Promise<string> {
  const signal = AbortSignal.timeout(30_000);
  await pushImage({ registry: registry.url, repository, tag, image, credential: alice, signal });
  return host(`${repository}:${tag}`);
}

async function listOf(images: readonly string[]): Promise<readonly [string, string]> {
  await writeFile(join(desk.path, "images.txt"), images.map((image) => `${image}\n`).join(""));
  return ["--image-list-file", "images.txt"];
}

describe("two runs at once on one socket and one list", () => {
  it("both end with every image", async () => {
    const images: string[] = [];
    for (let n = 0; n < 12; n++) {
      const image = await makeImage({ noise: { seed: `twice ${n}`, layerBytes: [300_000, 300_000] } });
      images.push(await push(`open/twice-${n}`, "1", image));
    }
    // Slow enough that both are at the same blobs.
    registry.setFaults([{ on: { part: "blob", method: "GET" }, fault: { kind: "slow", bytesPerSecond: 400_000 } }]);
    const list = await listOf(images);
    const runs = await Promise.all([desk.fetch(list), desk.fetch(list)]);
    for (const run of runs) {
      expectComplete(run, images);
      expect(run.exitCode, run.stdout).toBe(0);
    }
    const [first, second] = runs.map(({ events }) => events.filter(({ kind }) => kind === "pull-started").length);
    expect(first).toBeGreaterThan(0);
    expect(second).toBeGreaterThan(0);
  });
});

describe("a clock that is set back in mid-run", () => {
  const HOUR_MS = 3_600_000;

  it("changes time stamps, and neither durations nor the deadline", async () => {
    const image = await makeImage({ files: { "etc/larder": "clock" } });
    const images = [await push("open/clock", "1", image), await push("open/hanging", "1", image)];
    registry.setFaults([{ on: { repository: "open/hanging" }, fault: { kind: "stall" } }]);
    const clock = await fakeClock();
    await clock.set("+0");
    let setBack: Promise<void> | undefined;
    const timing = ["--overall-timeout", "5s", "--initial-pull-attempt-timeout", "2s"];
    const run = await desk.fetch([...images, ...timing], {
      environment: clock.environment,
      onEvent: ({ kind }) => {
        if (kind === "pull-started") setBack ??= clock.set("-3600");
      },
    });
    await setBack;
    expectComplete(run, images);
    expect(run.exitCode).toBe(3);
    const times = run.events.map(({ time }) => Date.parse(time));
    expect((times[0] ?? 0) - (times.at(-1) ?? 0), "how far the clock was set back").toBeGreaterThan(HOUR_MS - 60_000);
    expect(finishedImages(run)[host("open/clock:1")]).toMatchObject({ outcome: "pulled" });
    expect(finishedImages(run)[host("open/hanging:1")]).toMatchObject({ outcome: "deadline", class: "timeout" });
    const firstTry = run.events.find(({ kind, image: name }) => kind === "pull-failed" && name === images[1]);
    expect(firstTry?.["durationMs"]).toBeGreaterThanOrEqual(1_900);
    expect(firstTry?.["durationMs"]).toBeLessThan(4_000);
    expect(run.events.at(-1)?.["durationMs"]).toBeGreaterThanOrEqual(4_900);
    expect(run.events.at(-1)?.["durationMs"]).toBeLessThan(7_000);
    expect(run.tookMs).toBeLessThan(9_000);
  });

  /** The wall clock alone: what Linux calls monotonic is not set back by anybody. */
  async function fakeClock() {
    const faketime = await findCommand("faketime", "faketime");
    const library = await promisify(execFile)(faketime, ["-m", "-f", "+0", "printenv", "LD_PRELOAD"]);
    const file = join(desk.path, "faketime");
    return {
      environment: {
        LD_PRELOAD: library.stdout.trim(),
        FAKETIME_TIMESTAMP_FILE: file,
        FAKETIME_NO_CACHE: "1",
        FAKETIME_DONT_FAKE_MONOTONIC: "1",
        DONT_FAKE_MONOTONIC: "1",
      },
      async set(offset: string): Promise<void> {
        await writeFile(`${file}.new`, `${offset}\n`);
        await rename(`${file}.new`, file);
      },
    };
  }
});

describe("a thousand images of which half are bad", () => {
  it("each gets its own result, and the good ones are pulled", async () => {
    const image = await makeImage({ files: { "etc/larder": "many" } });
    const good: string[] = [];
    for (let n = 0; n < 500; n++) good.push(await push(`open/good-${n % 10}`, String(n), image));
    await push("locked/app", "1", image);
    const missing = Array.from({ length: 250 }, (_, n) => host(`open/good-${n % 10}:missing-${n}`));
    const denied = Array.from({ length: 250 }, (_, n) => host(`locked/app:${n}`));
    const images = good.flatMap((name, n) => [name, (n % 2 === 0 ? missing : denied)[n >> 1] ?? ""]);
    // Every tenth good repository is down at first.
    registry.setFaults([
      { on: { repository: "open/good-0", part: "manifest" }, times: 40, fault: { kind: "status", status: 503 } },
    ]);
    const run = await desk.fetch([...(await listOf(images)), "--overall-timeout", "100s"]);
    expectComplete(run, images);
    expect(run.exitCode).toBe(1);
    const finished = finishedImages(run);
    const results = (names: readonly string[]) =>
      new Set(names.map((name) => `${String(finished[name]?.["outcome"])} ${String(finished[name]?.["class"])}`));
    expect(results(good)).toEqual(new Set(["pulled undefined"]));
    expect(results(missing)).toEqual(new Set(["failed not-found"]));
    expect(results(denied)).toEqual(new Set(["failed unauthorized"]));
    expect(run.events.some((event) => event["class"] === "registry-unavailable")).toBe(true);
    expect(run.tookMs).toBeLessThan(100_000);
  });
});
