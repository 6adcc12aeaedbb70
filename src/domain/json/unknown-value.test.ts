import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { flagAt, integerAt, listAt, textAt, textMapAt, textsAt, valueAt } from "./unknown-value.ts";

const value = { a: [{ b: "text", n: 3, yes: true }, 7], labels: { x: "1", y: 2 } };

describe("a value that somebody else made", () => {
  it("is read where it is as expected", () => {
    expect(textAt(value, "a", 0, "b")).toBe("text");
    expect(integerAt(value, "a", 0, "n")).toBe(3);
    expect(flagAt(value, "a", 0, "yes")).toBe(true);
    expect(listAt(value, "a")).toHaveLength(2);
    expect(textMapAt(value, "labels")).toEqual(new Map([["x", "1"]]));
    expect(textsAt({ list: ["a", 1, "b"] }, "list")).toEqual(["a", "b"]);
  });

  it("is absent where it is not, and has no inherited fields", () => {
    expect(textAt(value, "a", "b")).toBeUndefined();
    expect(textAt(value, "a", 1)).toBeUndefined();
    expect(integerAt({ n: 1.5 }, "n")).toBeUndefined();
    expect(listAt(value, "labels")).toEqual([]);
    expect(valueAt(value, "constructor")).toBeUndefined();
    expect(valueAt(value, "a", "length")).toBeUndefined();
    expect(textMapAt(["a"])).toEqual(new Map());
  });

  it("never throws", () => {
    const path = fc.array(fc.oneof(fc.string(), fc.integer()), { maxLength: 3 });
    fc.assert(
      fc.property(fc.anything(), path, (anything, steps) => {
        valueAt(anything, ...steps);
        textMapAt(anything, ...steps);
        return listAt(anything, ...steps).length >= 0;
      }),
    );
  });
});
