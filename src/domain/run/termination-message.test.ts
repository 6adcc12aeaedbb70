import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyText } from "../../../test/kit/arbitrary-events.ts";
import { FAILURE_CLASSES } from "../failure/failure-class.ts";
import { decodeTerminationMessage } from "./read-termination-message.ts";
import {
  encodeTerminationMessage,
  encodeWrongInput,
  OUTCOMES_BY_WEIGHT,
  type TerminatedImage,
  type TerminatedRun,
} from "./termination-message.ts";

const good: TerminatedImage = { outcome: "pulled" };
const missing: TerminatedImage = { outcome: "failed", class: "not-found", message: "no such\n\timage" };

const anyImage: fc.Arbitrary<TerminatedImage> = fc.record(
  { outcome: fc.constantFrom(...OUTCOMES_BY_WEIGHT), class: fc.constantFrom(...FAILURE_CLASSES), message: anyText },
  { requiredKeys: ["outcome"] },
);
const anyRun: fc.Arbitrary<TerminatedRun> = fc.record({
  outcome: fc.constantFrom("stocked", "incomplete", "deadline", "unreachable", "interrupted", "unfinished"),
  durationMs: fc.nat({ max: 10_000_000 }),
  images: fc.oneof(
    fc.array(anyImage, { maxLength: 30 }),
    fc.array(anyImage, { minLength: 500, maxLength: 500 }),
    fc.array(anyImage, { maxLength: 3_000, size: "max" }),
  ),
});

function decoded(text: string) {
  const run = decodeTerminationMessage(text);
  if (!run.ok) throw new Error(run.error);
  if (run.value.kind !== "run") throw new Error(run.value.problem);
  return run.value;
}

const counted = ({ images }: TerminatedRun): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const { outcome } of images) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return counts;
};

describe("encodeTerminationMessage", () => {
  it("reads well", () => {
    const images = [good, missing, good, good, { outcome: "present" }, { outcome: "deadline", class: "rate-limited" }];
    const run: TerminatedRun = { outcome: "deadline", durationMs: 5_210.4, images: images as TerminatedImage[] };
    expect(encodeTerminationMessage(run)).toBe(
      [
        "larder/1 deadline in 5210 ms: 6 images, 1 failed, 1 deadline, 3 pulled, 1 present",
        "failed not-found: 1",
        "deadline rate-limited: 5",
        "pulled: 0,2-3",
        "present: 4",
        "#1 no such image",
        "",
      ].join("\n"),
    );
  });

  it("holds 500 images, of which every second failed in one of fifteen ways", () => {
    const images = Array.from({ length: 500 }, (_, index): TerminatedImage => {
      const failureClass = FAILURE_CLASSES[(index * 7) % FAILURE_CLASSES.length];
      if (index % 2 === 0 || failureClass === undefined) return good;
      return { outcome: "failed", class: failureClass, message: `${"words ".repeat(40)}${index}` };
    });
    const text = encodeTerminationMessage({ outcome: "incomplete", durationMs: 1_200_000, images });
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(4_096);
    const run = decoded(text);
    expect(run.images.map((image) => [image?.outcome, image?.class])).toEqual(
      images.map((image) => [image.outcome, image.class]),
    );
    const spoken = run.images.flatMap((image) => (image?.message === undefined ? [] : [image.class]));
    expect(spoken.length).toBeGreaterThan(5);
    expect(new Set(spoken).size).toBe(spoken.length);
  });

  it("tells of failures first where not all fit", () => {
    const images = Array.from({ length: 4_000 }, (_, index): TerminatedImage => {
      if (index % 5 === 0) return missing;
      return index % 2 === 0 ? good : { outcome: "present" };
    });
    const run = decoded(encodeTerminationMessage({ outcome: "incomplete", durationMs: 1, images }));
    expect(run.counts).toEqual(
      new Map([
        ["failed", 800],
        ["pulled", 1_600],
        ["present", 1_600],
      ]),
    );
    expect(run.images.filter((image) => image?.outcome === "failed")).toHaveLength(800);
    expect(run.images[1]).toEqual({ outcome: "stocked" });
  });

  it("never takes more room than it has, and says nothing that was not so", () => {
    fc.assert(
      fc.property(anyRun, fc.integer({ min: 256, max: 4_096 }), (run, room) => {
        const text = encodeTerminationMessage(run, room);
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(room);
        const read = decoded(text);
        expect([read.outcome, read.durationMs]).toEqual([run.outcome, run.durationMs]);
        expect(read.counts).toEqual(counted(run));
        expect(read.images).toHaveLength(run.images.length);
        read.images.forEach((image, index) => {
          const { outcome, class: failureClass } = run.images[index] ?? good;
          if (image?.outcome === "stocked") expect(["pulled", "present"]).toContain(outcome);
          else if (image) expect([image.outcome, image.class]).toEqual([outcome, failureClass]);
        });
      }),
    );
  });

  it("gives back all of a short list", () => {
    fc.assert(
      fc.property(fc.array(anyImage, { maxLength: 200 }), (images) => {
        const told = decoded(encodeTerminationMessage({ outcome: "stocked", durationMs: 0, images })).images;
        expect(told.map((image) => [image?.outcome, image?.class])).toEqual(
          images.map((image) => [image.outcome, image.class]),
        );
      }),
    );
  });
});

describe("decodeTerminationMessage", () => {
  it("reads what a kubelet cut, wherever", () => {
    fc.assert(
      fc.property(anyRun, fc.double({ min: 0, max: 1, noNaN: true }), (run, share) => {
        const whole = encodeTerminationMessage(run);
        const headEnd = whole.indexOf("\n") + 1;
        const cut = decoded(whole.slice(0, headEnd + Math.floor(share * (whole.length - headEnd))));
        expect(cut.counts).toEqual(counted(run));
        cut.images.forEach((image, index) => {
          const outcome = run.images[index]?.outcome;
          if (image?.outcome !== "stocked" && image) expect(image.outcome).toBe(outcome);
        });
      }),
    );
  });

  it("reads why a run could not begin", () => {
    const text = encodeWrongInput(`images.txt:3:1: "Busybox"\n${"é".repeat(5_000)}`);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(4_096);
    const read = decodeTerminationMessage(text);
    expect(read).toMatchObject({ ok: true, value: { kind: "input" } });
    expect(decodeTerminationMessage(encodeWrongInput("a\nb"))).toEqual({
      ok: true,
      value: { kind: "input", problem: "a b" },
    });
  });

  it.each([
    ["", "does not begin"],
    ["Error: no such file\n", "does not begin"],
    ["larder/2 stocked in 1 ms: 0 images\n", "does not begin"],
    ["larder/1 stocked in 1 ms: 1 images, 1 pul", "no outcome"],
    ["larder/1 happy in 1 ms: 1 images, 1 pulled\n", "no outcome"],
    ["larder/1 stocked in 1 ms: 999999 images, 999999 pulled\n", "no outcome"],
    ["larder/1 stocked in 1 ms: 2 images, 1 pulled\n", "do not add up"],
    ["larder/1 stocked in 1 ms: 2 images, 1 pulled, 1 pulled\n", "two of one"],
    ["larder/1 stocked in 1 ms: 1 images, 1 eaten\n", "something unknown"],
    ["larder/1 stocked in 1 ms: 1 images, 1 pulled\neaten: 0\n", "nothing about images"],
    ["larder/1 stocked in 1 ms: 1 images, 1 pulled\nfailed no-idea: 0\n", "nothing about images"],
    ["larder/1 stocked in 1 ms: 1 images, 1 pulled\npulled: 0-999999\n", "the indexes"],
    ["larder/1 stocked in 1 ms: 3 images, 3 pulled\npulled: 2-1\n", "the indexes"],
    ["larder/1 stocked in 1 ms: 3 images, 3 pulled\npulled: 2,1\n", "out of order"],
    ["larder/1 stocked in 1 ms: 3 images, 3 pulled\npulled: 1\npulled: 1\n", "twice"],
    ["larder/1 stocked in 1 ms: 2 images, 1 pulled, 1 failed\npulled: 0-1\n", "more images"],
    ["larder/1 stocked in 1 ms: 1 images, 1 pulled\n#0 words\n", "about no image"],
    ["larder/1 stocked in 1 ms: 1 images, 1 pulled\npulled: 0\n#7 words\n", "about no image"],
  ])("refuses %j", (text, why) => {
    expect(decodeTerminationMessage(text)).toMatchObject({ ok: false, error: expect.stringContaining(why) });
  });

  it("never throws", () => {
    const nearly = fc.array(
      fc.constantFrom("larder/1 ", "stocked in 1 ms: 3 images, 3 pulled\n", "pulled: ", "0-2", ",", "\n", "#1 a\n"),
    );
    const hostile = fc.oneof(
      anyText,
      nearly.map((parts) => parts.join("")),
    );
    fc.assert(fc.property(hostile, (text) => void decodeTerminationMessage(text)));
  });
});
