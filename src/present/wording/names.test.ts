import { describe, expect, it } from "vitest";
import { firstNames } from "./names.ts";
import { commonSuffix, shortNodeNames } from "./node-names.ts";

describe("names", () => {
  it.each([
    [["a", "b"], 2, "a, b"],
    [["a", "b", "c"], 2, "a, b, c"],
    [["a", "b", "c", "d"], 2, "a, b and 2 more"],
  ])("of %j shows %d: %s", (names, shown, text) => expect(firstNames(names, shown)).toBe(text));

  it.each([
    [["ip-1.eu.internal", "ip-2.eu.internal"], ".eu.internal"],
    [["ip-1.eu.internal", "ip-2.us.internal"], ""],
    [["10.0.0.1", "11.0.0.1"], ""],
    [["node.a", "node.b"], ""],
    [["only.one"], ""],
    [[], ""],
  ])("of %j have %j in common", (names, suffix) => expect(commonSuffix(names)).toBe(suffix));

  it.each([
    [
      ["ip-1.eu.internal", "ip-2.us.internal"],
      ["ip-1", "ip-2"],
    ],
    [
      ["node.a", "node.b"],
      ["node.a", "node.b"],
    ],
    [
      ["10.0.0.1", "10.0.0.2"],
      ["10.0.0.1", "10.0.0.2"],
    ],
  ])("%j are short as %j", (names, short) => expect(shortNodeNames(names)).toEqual(short));
});
