import * as fc from "fast-check";
import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { anyText } from "../../../test/kit/arbitrary-events.ts";
import { boxed } from "../../../test/kit/boxed.ts";
import { expectGolden } from "../../../test/kit/golden.ts";
import type { Plan } from "./plan.ts";
import { planText } from "./text.ts";

const nodes = (count: number, prefix: string): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}-${index + 1}`);
const images = (count: number, repository: string): string[] =>
  Array.from({ length: count }, (_, index) => `${repository}/service-${index}:1.${index}.0`);

const nothing: Plan = {
  stock: "qa",
  namespace: "larder",
  images: 0,
  groups: [],
  shelves: [],
  secrets: [],
  doubts: [],
  leftOut: [],
  gains: [],
  notes: [],
};
const small: Plan = {
  ...nothing,
  images: 11,
  groups: [
    {
      nodes: nodes(3, "worker"),
      method: "kubelet",
      variant: "volume",
      why: "kubelet 1.35 with containerd 2.2 mounts image volumes",
    },
    { nodes: ["old-1"], method: "kubelet", variant: "program", why: "containerd 1.6 mounts no image volumes" },
  ],
  shelves: [
    { name: "qa-public-1", images: images(8, "quay.io/acme"), secrets: [] },
    { name: "qa-quay-1", images: images(3, "quay.io/private"), secrets: ["ci/quay"] },
  ],
  secrets: [{ from: "ci/quay", to: "larder/larder-qa-quay" }],
  doubts: [
    {
      subject: "registry.example/a:1",
      what: "counts as private, since its registry cannot be asked from here (connect ECONNREFUSED)",
    },
  ],
  leftOut: [{ node: "windows-1", reason: "it runs windows" }],
  gains: [
    {
      method: "hybrid",
      nodes: nodes(3, "worker"),
      what: "would pull in parallel, where these kubelets pull one image at a time",
    },
  ],
  notes: ["Pods of namespace larder are changed by AlwaysPullImages, so that each asks the registry when it starts."],
};
const large: Plan = {
  ...small,
  images: 150,
  groups: [
    {
      nodes: nodes(4_700, "worker"),
      method: "kubelet",
      variant: "volume",
      why: "kubelet 1.35 with containerd 2.2 mounts image volumes",
    },
    { nodes: nodes(280, "old"), method: "kubelet", variant: "program", why: "containerd 1.6 mounts no image volumes" },
  ],
  shelves: Array.from({ length: 19 }, (_, index) => ({
    name: `qa-public-${index + 1}`,
    images: images(8, "quay.io/acme"),
    secrets: [],
  })),
  doubts: images(40, "registry.example").map((subject) => ({ subject, what: small.doubts[0]?.what ?? "" })),
  leftOut: nodes(20, "node").map((node, index) => ({
    node,
    reason: index < 15 ? "it is cordoned" : "it is virtual (kwok)",
  })),
};

const linesOf = (plan: Plan, columns: number): string[] =>
  [...planText(plan, { columns })].join("").split("\n").slice(0, -1);

describe("planText", () => {
  it.each([
    ["small", small],
    ["large", large],
    ["nothing", nothing],
  ])("tells a %s plan at three widths", (name, plan) => {
    const drawn = [100, 80, 40].map((columns) => boxed(linesOf(plan, columns), columns));
    expectGolden(`plan/${name}.txt`, drawn.join("\n"));
  });

  it("colours the word at the left, if asked", () => {
    expectGolden("plan/colour.txt", [...planText(small, { columns: 80, colour: true })].join(""));
  });

  it("stays readable with 5,000 nodes", () => expect(linesOf(large, 100).length).toBeLessThan(40));

  it("is never wider than the window, and has one line for a line", () => {
    const texts = fc.array(anyText, { maxLength: 4 });
    const plan: fc.Arbitrary<Plan> = fc.record({
      stock: anyText,
      namespace: anyText,
      images: fc.nat(),
      groups: fc.array(fc.record({ nodes: texts, method: anyText, variant: anyText, why: anyText }), { maxLength: 3 }),
      shelves: fc.array(fc.record({ name: anyText, images: texts, secrets: texts }), { maxLength: 12 }),
      secrets: fc.array(fc.record({ from: anyText, to: anyText }), { maxLength: 2 }),
      doubts: fc.array(fc.record({ subject: anyText, what: anyText }), { maxLength: 3 }),
      leftOut: fc.array(fc.record({ node: anyText, reason: anyText }), { maxLength: 3 }),
      gains: fc.array(fc.record({ method: anyText, nodes: texts, what: anyText }), { maxLength: 2 }),
      notes: texts,
    });
    fc.assert(
      fc.property(plan, fc.integer({ min: 24, max: 120 }), (any, columns) => {
        const lines = linesOf(any, columns);
        expect(Math.max(0, ...lines.map((line) => stringWidth(line)))).toBeLessThanOrEqual(columns);
        expect(lines.join("")).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
      }),
      { numRuns: 300 },
    );
  });
});
