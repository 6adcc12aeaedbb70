import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nearestWord } from "./nearest-word.ts";

const words = ["images", "imageLists", "pullSecrets", "method", "nodes", "pacing", "timeout", "grace", "nodeLabels"];

const formats = ["ndjson", "json", "junit", "csv", "html"];

describe("the nearest word", () => {
  it.each([
    ["jsn", "json"],
    ["JSON", "json"],
    ["nd-json", "ndjson"],
    ["junti", "junit"],
    ["jnuit", "junit"],
    ["htm", "html"],
    ["cvs", "csv"],
    ["csv ", "csv"],
    ["sarif", undefined],
  ])("of %j is %j", (written, meant) => expect(nearestWord(written, formats)).toBe(meant));

  it.each([
    ["image", "images"],
    ["Images", "images"],
    ["imags", "images"],
    ["imgaes", "images"],
    ["imagelists", "imageLists"],
    ["pullSecret", "pullSecrets"],
    ["node", "nodes"],
    ["timeuot", "timeout"],
    ["nodelabel", "nodeLabels"],
    ["replicas", undefined],
    ["x", undefined],
    ["", undefined],
    ["n".repeat(100_000), undefined],
  ])("of %s is %s", (written, meant) => {
    expect(nearestWord(written, words)).toBe(meant);
  });

  it("is the word itself, and also with one slip of the finger", () => {
    const swapped = (word: string, at: number): string =>
      word.slice(0, at) + (word[at + 1] ?? "") + (word[at] ?? "") + word.slice(at + 2);
    fc.assert(
      fc.property(fc.constantFrom(...words), fc.nat(20), (word, at) => {
        expect(nearestWord(word, words)).toBe(word);
        const place = at % (word.length - 1);
        expect(nearestWord(swapped(word, place), words)).toBe(word);
        expect(nearestWord(word.slice(0, place) + word.slice(place + 1), words)).toBe(word);
      }),
    );
  });
});
