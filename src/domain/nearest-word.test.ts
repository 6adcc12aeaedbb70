import { describe, expect, it } from "vitest";
import { nearestWord } from "./nearest-word.ts";

describe("nearestWord", () => {
  const formats = ["ndjson", "json", "junit", "csv", "html"];

  it.each([
    ["jsn", "json"],
    ["JSON", "json"],
    ["nd-json", "ndjson"],
    ["junti", "junit"],
    ["jnuit", "junit"],
    ["htm", "html"],
    ["cvs", undefined],
    ["csv ", "csv"],
    ["sarif", undefined],
    ["", undefined],
    ["j".repeat(100_000), undefined],
  ])("takes %j for %j", (written, meant) => expect(nearestWord(written, formats)).toBe(meant));
});
