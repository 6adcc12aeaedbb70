import { describe, expect, it } from "vitest";
import { SecretText } from "#domain/credentials/secret-text.ts";
import { imagesToPull } from "#domain/image/images-to-pull.ts";
import { parseImageReference } from "#domain/image/reference.ts";
import type { EventBody, ImageFinished } from "#domain/run/event.ts";
import type { CriRuntime } from "#ports/cri.ts";
import { type PullCall, type ScriptedPull, scriptedRuntime } from "../../../test/kit/scripted-runtime.ts";
import { VirtualClock } from "../../../test/kit/virtual-clock.ts";
import { offerLookup, type PluginOffers } from "../resolving/offer-lookup.ts";
import { type PullPlan, pullImages } from "./pull-images.ts";

const NOT_FOUND =
  'failed to pull and unpack image "r.io/x:1": failed to resolve reference "r.io/x:1": r.io/x:1: not found';
const DENIED =
  "failed to resolve reference: pulling from host r.io failed with status code [manifests 1]: 401 Unauthorized";
const UNAVAILABLE =
  "failed to resolve reference: pulling from host r.io failed with status code [manifests 1]: 503 Service Unavailable";
const THROTTLED =
  "failed to resolve reference: pulling from host r.io failed with status code [manifests 1]: 429 Too Many Requests";
const DISK = "failed to extract layer: write /var/lib/containerd/x: no space left on device";
const GONE = 'connection error: desc = "transport: Error while dialing dial unix /s: connect: connection refused"';

interface Setup {
  readonly images: readonly string[];
  readonly script?: (call: PullCall, nth: number) => ScriptedPull;
  readonly present?: readonly string[];
  readonly users?: readonly string[];
  readonly plugins?: Pick<PluginOffers, "providers" | "plugins">;
  readonly plan?: Partial<PullPlan>;
  readonly timing?: Partial<PullPlan["timing"]>;
  readonly socketState?: (socket: string, at: number) => "socket" | "absent" | "denied" | "other";
  readonly interruptAt?: number;
  readonly random?: number;
}

async function run(setup: Setup) {
  const clock = new VirtualClock();
  const runtime = scriptedRuntime(clock, setup.script ?? (() => ({})), setup.present);
  const events: EventBody[] = [];
  const interrupt = new AbortController();
  const stopInterrupt = new AbortController();
  if (setup.interruptAt !== undefined) {
    void clock.sleep(setup.interruptAt, stopInterrupt.signal).then(() => interrupt.abort());
  }
  const asked = setup.images.map((image) => {
    const reference = parseImageReference(image);
    if (!reference.ok) throw new Error(reference.error);
    return { reference: reference.value, at: { file: "list" } };
  });
  const entries = (setup.users ?? []).map((username) => ({
    key: "r.io",
    credential: { username, password: new SecretText("s3cret"), email: "" },
  }));
  const plan: PullPlan = {
    larder: "0.0.0",
    images: imagesToPull(asked).images,
    sockets: ["/s"],
    warnings: [],
    always: false,
    parallel: 4,
    imageListTimeoutMs: 1_000,
    ...setup.plan,
    timing: {
      overallMs: 1_200_000,
      initialAttemptTimeoutMs: 30_000,
      maxAttemptTimeoutMs: 300_000,
      initialDelayMs: 1_000,
      maxDelayMs: 600_000,
      missingGraceMs: 0,
      ...setup.timing,
    },
  };
  const pullSecrets = [{ source: { kind: "docker-config", file: "cfg" } as const, entries }];
  const fromPlugins = setup.plugins && {
    ...setup.plugins,
    clock,
    warn: (code: string, message: string) => void events.push({ kind: "warning", code, message }),
  };
  const ports = {
    clock,
    offersFor: offerLookup({ pullSecrets }, fromPlugins),
    files: {
      socketState: async (socket: string) => setup.socketState?.(socket, clock.monotonic()) ?? ("socket" as const),
    },
    connect: async (): Promise<CriRuntime> => runtime,
    random: () => setup.random ?? 1,
    emit: (event: EventBody) => void events.push(event),
  };
  const outcome = await clock.run(pullImages(plan, ports, interrupt.signal));
  const tookMs = clock.monotonic();
  stopInterrupt.abort();
  const finished = events.filter((event): event is ImageFinished => event.kind === "image-finished");
  const byImage = Object.fromEntries(finished.map((event) => [event.image, event]));
  return { outcome, events, finished, byImage, runtime, tookMs, clock };
}

describe("pulling", () => {
  it("pulls what is missing and leaves alone what is there", async () => {
    const { outcome, byImage, runtime } = await run({ images: ["r.io/a:1", "r.io/b:1"], present: ["r.io/b:1"] });
    expect(outcome).toBe("stocked");
    expect(byImage["r.io/a:1"]).toMatchObject({ outcome: "pulled", attempts: 1, sizeBytes: 1_000 });
    expect(byImage["r.io/b:1"]).toMatchObject({ outcome: "present", attempts: 0 });
    expect(runtime.pulls.map((call) => call.image)).toEqual(["r.io/a:1"]);
  });

  it("pulls what is there too with --always", async () => {
    const { runtime } = await run({ images: ["r.io/b:1"], present: ["r.io/b:1"], plan: { always: true } });
    expect(runtime.pulls).toHaveLength(1);
  });

  it("one image under two spellings is one pull with both names", async () => {
    const { byImage, runtime } = await run({ images: ["busybox", "docker.io/library/busybox:latest"] });
    expect(runtime.pulls.map((call) => call.image)).toEqual(["busybox:latest"]);
    expect(byImage["busybox"]?.names).toEqual(["busybox", "docker.io/library/busybox:latest"]);
  });

  it("sends no auth where no credential matches", async () => {
    const { runtime } = await run({ images: ["r.io/a:1"] });
    expect(runtime.pulls[0]?.username).toBeUndefined();
  });

  it("nothing to pull needs no runtime", async () => {
    const { outcome, events } = await run({ images: [], socketState: () => "absent" });
    expect(outcome).toBe("stocked");
    expect(events.map((event) => event.kind)).toEqual(["run-started", "run-finished"]);
  });

  it("leaves no timer behind", async () => {
    const { clock } = await run({
      images: ["r.io/a:1", "r.io/b:1"],
      script: (_, nth) => (nth === 0 ? { fails: UNAVAILABLE } : {}),
    });
    expect(clock.pending).toBe(0);
  });
});

describe("credentials", () => {
  it("are tried in order until one works, with no wait in between", async () => {
    const { outcome, runtime, byImage, events } = await run({
      images: ["r.io/a:1"],
      users: ["wrong", "right", "never"],
      script: ({ username }) => (username === "right" ? {} : { fails: DENIED }),
    });
    expect(outcome).toBe("stocked");
    expect(runtime.pulls.map((call) => call.username)).toEqual(["wrong", "right"]);
    expect(byImage["r.io/a:1"]).toMatchObject({ outcome: "pulled", attempts: 2 });
    expect(events.filter((event) => event.kind === "pull-delayed")).toEqual([]);
  });

  it("all refused is final at once, and the most telling answer is the one that is shown", async () => {
    const { outcome, byImage, tookMs } = await run({
      images: ["r.io/a:1"],
      users: ["one", "two"],
      script: ({ username }) => ({ fails: username === "one" ? NOT_FOUND : DENIED }),
    });
    expect(outcome).toBe("incomplete");
    expect(byImage["r.io/a:1"]).toMatchObject({ outcome: "failed", class: "not-found", attempts: 2 });
    expect(tookMs).toBeLessThan(100);
  });

  it("one that was refused for good is not tried again when another one's failure may pass", async () => {
    const { runtime } = await run({
      images: ["r.io/a:1"],
      users: ["refused", "flaky"],
      script: ({ username }, nth) =>
        username === "refused" ? { fails: DENIED } : nth < 3 ? { fails: UNAVAILABLE } : {},
    });
    expect(runtime.pulls.map((call) => call.username)).toEqual(["refused", "flaky", "flaky", "flaky"]);
  });
});

describe("failures that may pass", () => {
  it("are tried again with delays and timeouts that double", async () => {
    const { outcome, runtime, events } = await run({
      images: ["r.io/a:1"],
      script: (_, nth) => (nth < 4 ? { fails: UNAVAILABLE, takesMs: 0 } : {}),
    });
    expect(outcome).toBe("stocked");
    expect(runtime.pulls.map((call) => call.at)).toEqual([0, 1_000, 3_000, 7_000, 15_000]);
    const timeouts = events.flatMap((event) => (event.kind === "pull-started" ? [event.timeoutMs] : []));
    expect(timeouts).toEqual([30_000, 60_000, 120_000, 240_000, 300_000]);
  });

  it("wait at least half of the delay, by chance", async () => {
    const { runtime } = await run({
      images: ["r.io/a:1"],
      random: 0,
      script: (_, nth) => (nth < 2 ? { fails: UNAVAILABLE, takesMs: 0 } : {}),
    });
    expect(runtime.pulls.map((call) => call.at)).toEqual([0, 500, 1_500]);
  });

  it("a pull that hangs is cancelled at its timeout and tried again", async () => {
    const { outcome, runtime, events } = await run({
      images: ["r.io/a:1"],
      script: (_, nth) => (nth === 0 ? { takesMs: 9_999_999 } : {}),
    });
    expect(outcome).toBe("stocked");
    expect(runtime.pulls.map((call) => call.at)).toEqual([0, 31_000]);
    expect(events.find((event) => event.kind === "pull-failed")).toMatchObject({
      class: "timeout",
      permanent: false,
      durationMs: 30_000,
    });
  });

  it("end at the deadline with a complete result", async () => {
    const { outcome, byImage, tookMs, events } = await run({
      images: ["r.io/bad:1", "s.io/good:1"],
      timing: { overallMs: 10_000 },
      script: ({ image }) => (image.startsWith("r.io") ? { fails: UNAVAILABLE } : {}),
    });
    expect(outcome).toBe("deadline");
    expect(tookMs).toBe(10_000);
    expect(byImage["s.io/good:1"]).toMatchObject({ outcome: "pulled" });
    expect(byImage["r.io/bad:1"]).toMatchObject({ outcome: "deadline", class: "registry-unavailable" });
    expect(events.at(-1)).toMatchObject({ kind: "run-finished", pulled: 1, failed: 1 });
  });

  it("a pull that still runs at the deadline is cancelled", async () => {
    const { byImage, tookMs } = await run({
      images: ["r.io/a:1"],
      timing: { overallMs: 5_000 },
      script: () => ({ takesMs: 60_000 }),
    });
    expect(tookMs).toBe(5_000);
    expect(byImage["r.io/a:1"]).toMatchObject({ outcome: "deadline", attempts: 1 });
  });
});

describe("a push that may be under way", () => {
  it("is waited for within the grace", async () => {
    const { outcome, runtime } = await run({
      images: ["r.io/a:1"],
      timing: { missingGraceMs: 60_000 },
      script: (_, nth) => (nth < 3 ? { fails: NOT_FOUND, takesMs: 0 } : {}),
    });
    expect(outcome).toBe("stocked");
    expect(runtime.pulls).toHaveLength(4);
  });

  it("is given up at the end of the grace, with a last look", async () => {
    const { outcome, tookMs, runtime } = await run({
      images: ["r.io/a:1"],
      timing: { missingGraceMs: 10_000 },
      script: () => ({ fails: NOT_FOUND, takesMs: 0 }),
    });
    expect(outcome).toBe("incomplete");
    expect(tookMs).toBe(10_000);
    expect(runtime.pulls.map((call) => call.at)).toEqual([0, 1_000, 3_000, 7_000, 10_000]);
  });
});

describe("registries do not slow each other", () => {
  it("a registry that hangs holds up only its own images", async () => {
    const hanging = Array.from({ length: 20 }, (_, n) => `hang.io/a:${n}`);
    const good = Array.from({ length: 20 }, (_, n) => `good.io/a:${n}`);
    const { events, outcome } = await run({
      images: [...hanging, ...good],
      timing: { overallMs: 600_000 },
      script: ({ image }) => (image.startsWith("hang") ? { takesMs: 9_999_999 } : { takesMs: 1_000 }),
    });
    expect(outcome).toBe("deadline");
    const lastGood = events.findLastIndex((event) => event.kind === "image-finished" && event.image.startsWith("good"));
    const firstTimeout = events.findIndex((event) => event.kind === "pull-failed");
    expect(lastGood).toBeLessThan(firstTimeout);
  });

  it("pulls at most so many at once from each", async () => {
    const images = ["a.io", "b.io"].flatMap((host) => Array.from({ length: 10 }, (_, n) => `${host}/x:${n}`));
    const { runtime } = await run({ images, plan: { parallel: 3 } });
    expect(runtime.mostAtOnce()).toBe(6);
  });

  it("one that throttles gets no further pull until the wait is over", async () => {
    const images = Array.from({ length: 6 }, (_, n) => `r.io/a:${n}`);
    let throttled = 0;
    const { runtime, outcome } = await run({
      images,
      plan: { parallel: 1 },
      script: () => (throttled++ === 0 ? { fails: THROTTLED, takesMs: 0 } : { takesMs: 0 }),
    });
    expect(outcome).toBe("stocked");
    expect(runtime.pulls.map((call) => call.at).toSorted((a, b) => a - b)).toEqual([
      0, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000,
    ]);
  });
});

describe("a run that is stopped", () => {
  it("by an interrupt cancels what runs, starts nothing and reports all", async () => {
    const images = Array.from({ length: 12 }, (_, n) => `r.io/a:${n}`);
    const { outcome, finished, tookMs, runtime } = await run({
      images,
      interruptAt: 1_500,
      script: () => ({ takesMs: 1_000 }),
    });
    expect(outcome).toBe("interrupted");
    expect(tookMs).toBe(1_500);
    expect(finished.map((image) => image.outcome).toSorted()).toEqual([
      ...Array(8).fill("interrupted"),
      ...Array(4).fill("pulled"),
    ]);
    expect(runtime.pulls).toHaveLength(8);
  });

  it("by a full disk lets running pulls end and starts no other", async () => {
    const images = Array.from({ length: 12 }, (_, n) => `r.io/a:${n}`);
    const { outcome, finished, events, runtime } = await run({
      images,
      script: ({ image }) => (image.endsWith(":0") ? { fails: DISK, takesMs: 100 } : { takesMs: 500 }),
    });
    expect(outcome).toBe("incomplete");
    expect(runtime.pulls).toHaveLength(4);
    expect(finished).toHaveLength(12);
    expect(finished.filter((image) => image.outcome === "pulled")).toHaveLength(3);
    expect(finished.filter((image) => image.outcome === "halted" && image.class === "disk")).toHaveLength(9);
    expect(events.find((event) => event.kind === "warning")).toMatchObject({ code: "DISK_FULL" });
  });
});

describe("the runtime's socket", () => {
  it("may come later", async () => {
    const { outcome, events } = await run({
      images: ["r.io/a:1"],
      socketState: (_, at) => (at < 5_000 ? "absent" : "socket"),
    });
    expect(outcome).toBe("stocked");
    expect(events.map((event) => event.kind).slice(0, 3)).toEqual([
      "run-started",
      "runtime-waiting",
      "runtime-connected",
    ]);
  });

  it("that never comes is told apart from images that fail", async () => {
    const { outcome, finished, tookMs } = await run({
      images: ["r.io/a:1"],
      timing: { overallMs: 60_000 },
      socketState: () => "absent",
    });
    expect(outcome).toBe("unreachable");
    expect(tookMs).toBe(60_000);
    expect(finished).toHaveLength(1);
  });

  it.each(["denied", "other"] as const)("that is of no use (%s) is not waited for", async (state) => {
    const { outcome, tookMs, finished } = await run({ images: ["r.io/a:1"], socketState: () => state });
    expect(outcome).toBe("unreachable");
    expect(tookMs).toBeLessThan(1_000);
    expect(finished[0]).toMatchObject({ outcome: "halted", class: "runtime-unavailable" });
  });

  it("that goes away in mid-run is waited for, and the pull is made again", async () => {
    const { outcome, runtime, events } = await run({
      images: ["r.io/a:1"],
      script: (_, nth) => (nth === 0 ? { fails: GONE, grpcCode: "Unavailable", takesMs: 500 } : {}),
      socketState: (_, at) => (at > 600 && at < 20_000 ? "absent" : "socket"),
    });
    expect(outcome).toBe("stocked");
    expect(runtime.pulls).toHaveLength(2);
    expect(events.filter((event) => event.kind === "runtime-connected")).toHaveLength(2);
  });

  it("is found among several, and those that are of no use are passed over", async () => {
    const { outcome, events } = await run({
      images: ["r.io/a:1"],
      plan: { sockets: ["/a", "/b", "/c"] },
      socketState: (socket) => (socket === "/a" ? "absent" : socket === "/b" ? "denied" : "socket"),
    });
    expect(outcome).toBe("stocked");
    expect(events.find((event) => event.kind === "runtime-connected")).toMatchObject({ socket: "/c" });
  });
});
