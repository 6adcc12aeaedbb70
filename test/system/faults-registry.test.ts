/** Registries that fail in every way that is known, seen through a real containerd. Each fault has a registry of its own. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { FailureClass } from "#domain/failure/failure-class.ts";
import { systemClock } from "#effects/system/clock.ts";
import { makeImage } from "#embedded/images/image.ts";
import { pushImage } from "#embedded/images/push-image.ts";
import { type EmbeddedRegistry, startEmbeddedRegistry } from "#embedded/registry/embedded-registry.ts";
import type { Fault, FaultTarget } from "#embedded/registry/fault.ts";
import { expectComplete } from "../kit/complete-run.ts";
import { finishedImages, type LarderRun } from "../kit/run-larder.ts";
import { openSlowLink, type SlowLink } from "../kit/slow-link.ts";
import { type Containerd, startContainerd } from "./parts/containerd.ts";
import { type DockerRegistry, startDockerRegistry } from "./parts/docker-registry.ts";
import { type FetchDesk, openFetchDesk } from "./parts/fetch-desk.ts";
import { useRunFolder } from "./parts/run-folder.ts";

interface FaultCase {
  readonly name: string;
  readonly on: FaultTarget;
  readonly fault: Fault;
  readonly class: FailureClass;
  /** Trying again is no use, so that the image is finished at once. @default false */
  readonly permanent?: boolean;
  /** How many requests it must hit to be seen, where containerd itself asks again. @default 1 */
  readonly times?: number;
}

const manifest: FaultTarget = { part: "manifest" };
const blob: FaultTarget = { part: "blob", method: "GET" };

/**
 * How often containerd 1.6 asks before it gives up: six times when it is told 429 (docker/resolver.go), ten redirects, and
 * all of that twice, since the registry stands in hosts.toml as a host and as the server behind it.
 */
const ASKED_WHEN_THROTTLED = 2 * 6;
const ASKED_IN_A_CIRCLE = 2 * 10;

const cases: readonly FaultCase[] = [
  { name: "accepts and never answers", on: {}, fault: { kind: "stall" }, class: "timeout" },
  { name: "falls silent in mid-blob", on: blob, fault: { kind: "hang", afterBytes: 1_000 }, class: "timeout" },
  { name: "sends one byte a second", on: blob, fault: { kind: "slow", bytesPerSecond: 1 }, class: "timeout" },
  {
    name: "breaks off in mid-blob",
    on: blob,
    fault: { kind: "reset" },
    class: "registry-unavailable",
  },
  {
    name: "redirects in a circle",
    on: manifest,
    fault: { kind: "redirect-loop" },
    class: "registry-unavailable",
    times: ASKED_IN_A_CIRCLE,
  },
  // containerd asks by HEAD, misses the digest, and asks again by GET.
  { name: "sends HTML instead of a manifest", on: manifest, fault: { kind: "html" }, class: "unknown", times: 2 },
  { name: "sends HTML instead of a blob", on: blob, fault: { kind: "html" }, class: "registry-unavailable" },
  {
    name: "asks for a login in words that nobody understands",
    on: {},
    fault: { kind: "broken-challenge" },
    class: "unauthorized",
    permanent: true,
  },
  {
    name: "throttles",
    on: manifest,
    fault: { kind: "status", status: 429 },
    class: "rate-limited",
    times: ASKED_WHEN_THROTTLED,
  },
  {
    name: "throttles and says for how long",
    on: manifest,
    fault: { kind: "status", status: 429, retryAfterSeconds: 1 },
    class: "rate-limited",
    times: ASKED_WHEN_THROTTLED,
  },
  { name: "sends a corrupt blob", on: blob, fault: { kind: "corrupt" }, class: "corrupt" },
  { name: "sends half a blob", on: blob, fault: { kind: "truncate" }, class: "registry-unavailable" },
  {
    name: "says a size that is too small",
    on: blob,
    fault: { kind: "wrong-length", offBy: -100 },
    class: "registry-unavailable",
  },
];

const delay = ["--initial-pull-attempt-delay", "500ms"];

const folder = useRunFolder();
let containerd: Containerd;
let desk: FetchDesk;
/** One per case, in their order; the last has no fault. */
let registries: readonly EmbeddedRegistry[];

const imageOf = (index: number): string => `${registries[index]?.host}/team/app:1`;
const allImages = (): string[] => registries.map((_, index) => imageOf(index));

beforeAll(async () => {
  registries = await Promise.all([...cases, "good"].map(() => startEmbeddedRegistry({ clock: systemClock() })));
  containerd = await startContainerd(folder(), { plainHttpHosts: registries.map(({ host }) => host) });
  const signal = AbortSignal.timeout(60_000);
  for (const [index, { url }] of registries.entries()) {
    const image = await makeImage({ noise: { seed: `fault ${index}`, layerBytes: [200_000] } });
    await pushImage({ registry: url, repository: "team/app", tag: "1", image, signal });
  }
});

afterAll(async () => {
  await Promise.all(registries.map((registry) => registry.close()));
  await containerd?.stop();
});

describe("faults that stay", () => {
  const DEADLINE_MS = 8_000;
  let run: LarderRun;
  beforeAll(async () => {
    for (const [index, { on, fault }] of cases.entries()) registries[index]?.setFaults([{ on, fault }]);
    desk = await openFetchDesk(folder(), containerd);
    const deadline = ["--overall-timeout", `${DEADLINE_MS}ms`];
    run = await desk.fetch([...deadline, "--initial-pull-attempt-timeout", "2s", ...delay, ...allImages()]);
  });

  it.each(cases.map((fault, index) => ({ ...fault, index })))("a registry that $name: $class", (expected) => {
    const { index, permanent = false } = expected;
    const failures = run.events.filter(({ kind, image }) => kind === "pull-failed" && image === imageOf(index));
    expect(failures[0]).toMatchObject({ class: expected.class, permanent });
    expect(failures.length === 1).toBe(permanent);
    expect(finishedImages(run)[imageOf(index)]).toMatchObject({
      outcome: permanent ? "failed" : "deadline",
      class: expected.class,
    });
  });

  it("hold up no image of another registry", () => {
    const good = finishedImages(run)[imageOf(cases.length)];
    expect(good).toMatchObject({ outcome: "pulled", attempts: 1 });
    expect(Date.parse(String(good?.time)) - Date.parse(String(run.events[0]?.time))).toBeLessThan(DEADLINE_MS / 2);
  });

  it("end with a complete result at the deadline, and nothing is left", async () => {
    expect(run.exitCode).toBe(3);
    expectComplete(run, allImages());
    expect(run.events.at(-1)?.["durationMs"]).toBeLessThan(DEADLINE_MS + 1_000);
    expect(run.tookMs).toBeLessThan(DEADLINE_MS + 4_000);
    await desk.expectNothingLeft();
  });
});

describe("faults that pass", () => {
  const passing = cases.filter(({ permanent }) => !permanent);

  it("cost time and no image", async () => {
    for (const [index, { on, fault, times = 1 }] of cases.entries()) {
      registries[index]?.setFaults(cases[index]?.permanent ? [] : [{ on, fault, times }]);
    }
    desk = await openFetchDesk(folder(), containerd);
    const deadline = ["--overall-timeout", "60s"];
    const run = await desk.fetch([...deadline, "--initial-pull-attempt-timeout", "3s", ...delay, ...allImages()]);
    expectComplete(run, allImages());
    expect(run.exitCode).toBe(0);
    const failed = run.events.filter(({ kind }) => kind === "pull-failed");
    const classesOf = (image: string) =>
      failed.filter((event) => event["image"] === image).map((event) => event["class"]);
    for (const [index, expected] of cases.entries()) {
      if (passing.includes(expected)) expect(classesOf(imageOf(index)), expected.name).toEqual([expected.class]);
    }
    await desk.expectNothingLeft();
  });
});

describe("a registry that is killed in mid-blob", () => {
  const timing = ["--initial-pull-attempt-timeout", "20s", "--initial-pull-attempt-delay", "300ms"];
  let registry: DockerRegistry;
  let link: SlowLink;
  let image: string;

  beforeEach(async (context) => {
    registry = await startDockerRegistry(folder(), { name: `killed-${context.task.id}` });
    link = await openSlowLink({ port: Number(registry.host.split(":")[1]), bytesPerSecond: 8_000_000 });
    await containerd.addPlainHttpHost(link.host);
    image = `${link.host}/team/app:1`;
    const big = await makeImage({ noise: { seed: context.task.id, layerBytes: [24_000_000] } });
    const signal = AbortSignal.timeout(30_000);
    await pushImage({ registry: registry.url, repository: "team/app", tag: "1", image: big, signal });
    desk = await openFetchDesk(folder(), containerd);
  });

  afterEach(async () => {
    await desk.expectNothingLeft();
    await link.close();
    await registry.stop();
  });

  async function killInMidBlob(): Promise<void> {
    const clock = systemClock();
    while (link.carried() < 2_000_000) await clock.sleep(10);
    await registry.kill();
  }

  it("and comes back costs an attempt", async () => {
    let killed: Promise<void> | undefined;
    let back: Promise<void> | undefined;
    const run = await desk.fetch([image, "--overall-timeout", "60s", ...timing], {
      onEvent: ({ kind }) => {
        if (kind === "pull-started") killed ??= killInMidBlob();
        if (kind === "pull-failed") back ??= killed?.then(() => registry.startAgain());
      },
    });
    await back;
    expectComplete(run, [image]);
    expect(run.events.find(({ kind }) => kind === "pull-failed")).toMatchObject({ class: "registry-unavailable" });
    expect(run.exitCode).toBe(0);
  });

  it("and stays away is waited for until the deadline", async () => {
    const killed = killInMidBlob();
    const run = await desk.fetch([image, "--overall-timeout", "7s", ...timing]);
    await killed;
    expectComplete(run, [image]);
    expect(finishedImages(run)[image]).toMatchObject({ outcome: "deadline", class: "registry-unavailable" });
    expect(run.exitCode).toBe(3);
    expect(run.tookMs).toBeLessThan(11_000);
  });
});
