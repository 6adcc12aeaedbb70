import { describe, expect, it } from "vitest";
import { type ImageReference, parseImageReference } from "#domain/image/reference.ts";
import type { Answer, Manifest, RegistryReader } from "#ports/registry.ts";
import { VirtualClock } from "../../../test/kit/virtual-clock.ts";
import { askPublicness } from "./ask-publicness.ts";

const exists: Answer<Manifest> = { kind: "exists", digest: "sha256:0", mediaType: "", sizeBytes: 1 };
const refused: Answer<Manifest> = { kind: "unreachable", cause: "network", reason: "it refuses connections" };

function image(text: string): ImageReference {
  const parsed = parseImageReference(text);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}

/** Registries that answer by a script, each answer 100 ms after its question. */
async function ask(texts: readonly string[], answer: (image: string, nth: number) => Answer<Manifest>, parallel = 8) {
  const clock = new VirtualClock();
  const stop = new AbortController();
  const asked: string[] = [];
  let running = 0;
  let most = 0;
  const registries: Pick<RegistryReader, "findManifest"> = {
    async findManifest(reference, credential, signal) {
      expect(credential).toBeUndefined();
      asked.push(reference.written);
      const nth = asked.filter((text) => text === reference.written).length;
      most = Math.max(most, ++running);
      await clock.sleep(100, signal);
      running--;
      if (signal.aborted) return { kind: "unreachable", cause: "aborted", reason: "the question was given up" };
      return answer(reference.written, nth);
    },
  };
  const images = texts.map(image);
  const work = askPublicness(images, { parallel, signal: stop.signal }, { registries, clock });
  const settled = clock.run(work);
  const publicness = await settled;
  const open = images.filter((reference) => publicness.isPublic({ reference })).map(({ written }) => written);
  return { open, doubts: publicness.doubts, asked, most, elapsed: clock.monotonic(), pending: clock.pending };
}

describe("which images are public", () => {
  it("is asked once for each repository", async () => {
    const { open, doubts, asked } = await ask(
      [
        "r.io/open:1",
        "r.io/open:2",
        "r.io/open@sha256:".concat("a".repeat(64)),
        "r.io/shut:1",
        "r.io/shut:2",
        "busybox",
      ],
      (text) => (text.startsWith("r.io/shut") ? { kind: "needs-credential" } : exists),
    );
    expect(open).toEqual(["r.io/open:1", "r.io/open:2", "r.io/open@sha256:".concat("a".repeat(64)), "busybox"]);
    expect(asked.toSorted()).toEqual(["busybox", "r.io/open:1", "r.io/shut:1"]);
    expect(doubts).toEqual([]);
  });

  it("is asked for the next image where one is not there, which may be how a registry hides the others", async () => {
    const { open, doubts, asked } = await ask(["r.io/a:gone", "r.io/a:1", "r.io/b:gone", "r.io/b:gone2"], (text) =>
      text === "r.io/a:1" ? exists : { kind: "absent" },
    );
    expect(open).toEqual(["r.io/a:gone", "r.io/a:1"]);
    expect(asked).toHaveLength(4);
    expect(doubts).toEqual([
      {
        registry: "r.io",
        images: ["r.io/b:gone", "r.io/b:gone2"],
        reason: "without a credential, nothing of this is there",
      },
    ]);
  });

  it("takes a registry that nobody can reach as private after one question at a time, and says so once", async () => {
    const texts = Array.from({ length: 20 }, (_, n) => `r.io/app-${n}`);
    const { open, doubts, asked } = await ask(
      [...texts, "s.io/x"],
      (text) => (text === "s.io/x" ? exists : refused),
      1,
    );
    expect(open).toEqual(["s.io/x"]);
    expect(doubts).toEqual([{ registry: "r.io", images: texts, reason: "it refuses connections" }]);
    expect(asked).toEqual(["r.io/app-0", "s.io/x"]);
  });

  it("goes on after a broken connection to a registry that has answered before, but not for ever", async () => {
    const texts = Array.from({ length: 20 }, (_, n) => `r.io/app-${n}`);
    const once = await ask(texts, (text) => (text === "r.io/app-5" ? refused : exists), 1);
    expect(once.open).toHaveLength(19);
    expect(once.doubts).toEqual([{ registry: "r.io", images: ["r.io/app-5"], reason: "it refuses connections" }]);
    const down = await ask(texts, (text) => (text === "r.io/app-0" ? exists : refused), 1);
    expect(down.asked).toHaveLength(4);
    expect(down.doubts.flatMap(({ images }) => images)).toHaveLength(19);
  });

  it("keeps to itself what only one repository answers wrongly", async () => {
    const broken: Answer<Manifest> = { kind: "unreachable", cause: "server", reason: "r.io answered 500" };
    const { open, doubts } = await ask(
      ["r.io/a", "r.io/b", "r.io/c"],
      (text) => (text === "r.io/a" ? broken : exists),
      1,
    );
    expect(open).toEqual(["r.io/b", "r.io/c"]);
    expect(doubts).toEqual([{ registry: "r.io", images: ["r.io/a"], reason: "r.io answered 500" }]);
  });

  it("waits as long as a registry asks for, all its questions together", async () => {
    const texts = Array.from({ length: 10 }, (_, n) => `r.io/app-${n}`);
    const { open, asked, elapsed } = await ask(texts, (_, nth) =>
      nth === 1 ? { kind: "throttled", retryAfterMs: 5_000 } : exists,
    );
    expect(open).toHaveLength(10);
    expect(asked).toHaveLength(20);
    expect(elapsed).toBeGreaterThanOrEqual(5_100);
    expect(elapsed).toBeLessThan(12_000);
  });

  it("waits longer each time where it is not told how long, and gives up after a minute", async () => {
    const throttled: Answer<Manifest> = { kind: "throttled", retryAfterMs: undefined };
    const patient = await ask(["r.io/a", "r.io/b"], (_, nth) => (nth < 5 ? throttled : exists));
    expect(patient.open).toHaveLength(2);
    expect(patient.elapsed).toBeGreaterThan(15_000);
    const texts = ["r.io/a", "r.io/b", "r.io/c"];
    const never = await ask(texts, () => throttled);
    expect(never.open).toEqual([]);
    expect(never.elapsed).toBeLessThan(60_000);
    expect(never.doubts).toEqual([{ registry: "r.io", images: texts, reason: expect.stringContaining("too often") }]);
    const long = await ask(texts, () => ({ kind: "throttled", retryAfterMs: 3_600_000 }));
    expect(long.elapsed).toBeLessThan(1_000);
    expect(long.doubts).toHaveLength(1);
  });

  it("asks so many at a time, and each registry for itself", async () => {
    const texts = Array.from({ length: 12 }, (_, n) => `r.io/app-${n}`);
    expect((await ask(texts, () => exists, 3)).most).toBe(3);
    const two = await ask([...texts, ...texts.map((text) => text.replace("r.io", "s.io"))], () => exists, 3);
    expect(two.most).toBe(6);
    expect(two.pending).toBe(0);
  });

  it("of no images is no question", async () => {
    expect(await ask([], () => exists)).toMatchObject({ open: [], doubts: [], asked: [] });
  });
});

it("an interrupt ends the asking, and everything open counts as private", async () => {
  const clock = new VirtualClock();
  const stop = new AbortController();
  const registries = {
    async findManifest(_: ImageReference, _credential: unknown, signal: AbortSignal): Promise<Answer<Manifest>> {
      await clock.sleep(1_000, signal);
      if (signal.aborted) return { kind: "unreachable", cause: "aborted", reason: "the question was given up" };
      return { kind: "throttled", retryAfterMs: 30_000 };
    },
  };
  const images = ["r.io/a", "r.io/b"].map(image);
  const asking = askPublicness(images, { signal: stop.signal }, { registries, clock });
  const interrupt = clock.sleep(5_000).then(() => stop.abort());
  const { doubts, isPublic } = await clock.run(asking);
  await interrupt;
  expect(doubts.map(({ reason }) => reason)).toEqual(["the question was given up"]);
  expect(images.map((reference) => isPublic({ reference }))).toEqual([false, false]);
});
