import { array, assert, constantFrom, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { REMOVAL_OUTCOMES } from "./removal.ts";
import { decodeRemovalMessage, encodeNothingRemoved, encodeRemovalMessage } from "./removal-message.ts";

describe("the termination message of a removal", () => {
  it("comes back as it was", () => {
    assert(
      property(array(constantFrom(...REMOVAL_OUTCOMES), { maxLength: 300 }), (outcomes) => {
        const removals = outcomes.map((outcome, index) => ({ image: `a/${index}`, outcome }));
        const decoded = decodeRemovalMessage(
          encodeRemovalMessage(removals),
          removals.map(({ image }) => image),
        );
        const read = decoded.ok ? decoded.value.map(({ image, outcome }) => ({ image, outcome })) : decoded.error;
        expect(read).toEqual(removals);
      }),
    );
  });

  it("calls nothing removed that it has no room to tell of", () => {
    const removals = Array.from({ length: 9_000 }, (_, index) => {
      return { image: `a/${index}`, outcome: index % 2 === 0 ? "absent" : "removed" } as const;
    });
    const text = encodeRemovalMessage(removals);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(4096);
    const decoded = decodeRemovalMessage(
      text,
      removals.map(({ image }) => image),
    );
    expect(decoded.ok && new Set(decoded.value.map(({ outcome }) => outcome))).toEqual(new Set(["absent", "failed"]));
  });

  it.each([
    ["", "it left no message that this Larder can read"],
    [encodeNothingRemoved("no runtime\nat all"), "no runtime at all"],
    ["larder-remove/1: 1 failed\nfailed: 7\n", 'its message has the indexes "7"'],
  ])("%j tells of no removal", (text, error) => {
    expect(decodeRemovalMessage(text, ["a"])).toEqual({ ok: false, error });
  });
});
