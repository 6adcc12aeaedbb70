import fc from "fast-check";
import { expect, it } from "vitest";
import { formatGoDuration, parseGoDuration } from "./go-duration.ts";

it.each([
  [0, "0s"],
  [1500, "1500ms"],
  [90_000, "90s"],
  [1_200_000, "20m"],
  [10_800_000, "3h"],
])("%d ms is %s", (ms, text) => expect(formatGoDuration(ms)).toBe(text));

it("what is written reads back", () => {
  fc.assert(
    fc.property(fc.nat({ max: 2 ** 42 }), (ms) => {
      expect(parseGoDuration(formatGoDuration(ms))).toEqual({ ok: true, value: ms });
    }),
  );
});
