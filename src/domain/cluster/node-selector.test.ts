import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type NodeRequirement, parseNodeSelector, selectorOfLabels } from "./node-selector.ts";

/** What k8s.io/apimachinery's own tests of pkg/labels parse, and what comes of it. */
describe("a node selector in its string form", () => {
  it.each<[string, readonly NodeRequirement[]]>([
    ["", []],
    ["  ", []],
    ["x=a,y=b,z=c", ["x", "y", "z"].map((key, n) => ({ key, operator: "In", values: ["abc"[n] ?? ""] }))],
    ["x==a", [{ key: "x", operator: "In", values: ["a"] }]],
    [
      "x = a , y!= b",
      [
        { key: "x", operator: "In", values: ["a"] },
        { key: "y", operator: "NotIn", values: ["b"] },
      ],
    ],
    ["x=", [{ key: "x", operator: "In", values: [""] }]],
    ["x in (a, b,a)", [{ key: "x", operator: "In", values: ["a", "b"] }]],
    [
      "x in (a,b),y notin(c,d),z",
      [
        { key: "x", operator: "In", values: ["a", "b"] },
        { key: "y", operator: "NotIn", values: ["c", "d"] },
        { key: "z", operator: "Exists" },
      ],
    ],
    ["!x", [{ key: "x", operator: "DoesNotExist" }]],
    [
      "! node-role.kubernetes.io/control-plane",
      [{ key: "node-role.kubernetes.io/control-plane", operator: "DoesNotExist" }],
    ],
    [
      "cpu>8,gpus < 2",
      [
        { key: "cpu", operator: "Gt", value: 8 },
        { key: "gpus", operator: "Lt", value: 2 },
      ],
    ],
    ["in=a", [{ key: "in", operator: "In", values: ["a"] }]],
  ])("%j", (text, requirements) => {
    expect(parseNodeSelector(text)).toEqual({ ok: true, value: requirements });
  });

  it.each([
    ["x=a||y=b", "no requirement"],
    ["x=a,", "no requirement"],
    [",x=a", "no requirement"],
    ["x==a==b", "no requirement"],
    ["x in a", "no requirement"],
    ["x in (a", "no requirement"],
    ["x in (a))", "no requirement"],
    ["!x=a", "! and a value"],
    ["!x in (a)", "! and a value"],
    ["x>a", "not a whole number"],
    ["x>", "not a whole number"],
    ["a/b/c=d", 'the key "a/b/c", which has more than one slash'],
    ["Up.io/x=a", "a prefix that has upper-case letters"],
    [`${"k".repeat(64)}=a`, "64 characters"],
    [`k=${"v".repeat(64)}`, "64 characters"],
    ["k=-v", 'the value "-v"'],
  ])("%j is wrong: %s", (text, why) => {
    expect(parseNodeSelector(text)).toEqual({ ok: false, error: expect.stringContaining(why) });
  });

  it("never throws or hangs", () => {
    fc.assert(fc.property(fc.string(), (text) => typeof parseNodeSelector(text).ok === "boolean"));
    expect(parseNodeSelector(`x in (${"(".repeat(50_000)}`).ok).toBe(false);
  });
});

it("a map asks for each of its labels", () => {
  const text = "a=1,b=";
  const labels = new Map([
    ["a", "1"],
    ["b", ""],
  ]);
  expect({ ok: true, value: selectorOfLabels(labels) }).toEqual(parseNodeSelector(text));
});
