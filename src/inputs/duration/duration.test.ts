import { expect, it } from "vitest";
import { parseDuration } from "./duration.ts";

it.each([
  ["0", 0],
  ["300ms", 300],
  ["30s", 30_000],
  ["1m", 60_000],
  ["2m30s", 150_000],
  ["1.5h", 5_400_000],
  [".5s", 500],
  ["1h0m0.5s", 3_600_500],
  ["1500us", 2],
  ["+1s", 1_000],
])("%s is %d ms", (text, ms) => {
  expect(parseDuration(text)).toEqual({ ok: true, value: ms });
});

it.each(["", "30", "1 s", "-1s", "1d", "s", "1m30", "∞"])(
  "%j is no duration, and the sentence says what is",
  (text) => {
    expect(parseDuration(text)).toEqual({ ok: false, error: expect.stringContaining("as in 30s, 1.5h or 2m30s") });
  },
);
