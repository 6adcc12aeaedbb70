import * as fc from "fast-check";
import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { anyText } from "../../../test/kit/arbitrary-events.ts";
import { boxed } from "../../../test/kit/boxed.ts";
import { expectGolden } from "../../../test/kit/golden.ts";
import { statusJson } from "./json.ts";
import { IMAGE_STANDINGS, type ImageStatus, type NodeStatus, type StockStatus } from "./status.ts";
import { type StatusOptions, statusText } from "./text.ts";

const images = [
  "quay.io/acme/app:1.2.3",
  "registry.example:5000/base@sha256:4f1c9a0e6f3b58d2c7a6e5b49380d1f2c3b4a5968778695a4b3c2d1e0f9a8b7c",
  "busybox:1.36",
  "quay.io/acme/db:15",
  "ghcr.io/acme/tool:latest",
];
const stocked: ImageStatus = { state: "stocked" };
const notFound: ImageStatus = {
  state: "failing",
  class: "not-found",
  message:
    'rpc error: code = NotFound desc = failed to pull and unpack image "quay.io/acme/db:15": failed to resolve image: quay.io/acme/db:15: not found',
  advice: "Check the spelling of the image, or push it first.",
};
const leftOut: ImageStatus = { state: "left-out" };

const node = (name: string, more: Partial<NodeStatus> & { wrong?: Record<number, ImageStatus> } = {}): NodeStatus => {
  const { wrong = {}, ...rest } = more;
  return { name, state: "ready", images: images.map((_, index) => wrong[index] ?? stocked), ...rest };
};
const stock = (nodes: readonly NodeStatus[]): StockStatus => ({
  stock: "qa",
  namespace: "larder",
  method: "kubelet",
  images,
  nodes,
});
const allOut = { images: images.map(() => leftOut) };

const few = stock([
  node("worker-1"),
  node("worker-2", { wrong: { 1: { state: "pulling" }, 3: notFound } }),
  node("worker-3", { state: "not ready", wrong: { 3: notFound, 4: { state: "waiting" } } }),
  node("windows-1", { leftOut: "it runs windows", ...allOut }),
]);
const cloudName = (index: number): string =>
  `ip-10-0-${index % 250}-${Math.floor(index / 250)}.eu-central-1.compute.internal`;
const some = stock(few.nodes.map((one, index) => ({ ...one, name: cloudName(index) })));
const hundreds = stock(
  Array.from({ length: 420 }, (_, index) => {
    const name = cloudName(index);
    if (index % 60 === 7) return node(name, { wrong: { 3: notFound } });
    if (index % 40 === 5) return node(name, { wrong: { 1: { state: "pulling" }, 4: { state: "waiting" } } });
    if (index % 100 === 9) return node(name, { state: "cordoned" });
    if (index > 415) return node(name, { leftOut: "it runs windows", ...allOut });
    return node(name);
  }),
);

const linesOf = (status: StockStatus, options: StatusOptions): string[] =>
  [...statusText(status, options)].join("").split("\n").slice(0, -1);

describe("statusText", () => {
  it.each([
    ["few", few],
    ["some", some],
    ["hundreds", hundreds],
    ["all-stocked", stock([node("worker-1"), node("worker-2")])],
    ["all-of-many", stock(Array.from({ length: 300 }, (_, index) => node(`worker-${index}`)))],
    ["no-nodes", stock([])],
  ])("shows %s at three widths", (name, status) => {
    const drawn = [100, 80, 40].map((columns) => boxed(linesOf(status, { columns }), columns));
    expectGolden(`status/${name}.txt`, drawn.join("\n"));
  });

  it("colours what it says, if asked", () => {
    expectGolden("status/colour.txt", `${linesOf(few, { columns: 80, colour: true }).join("\n")}\n`);
  });

  it("uses ASCII alone, if asked", () => {
    const texts = [few, some, hundreds].flatMap((status) => linesOf(status, { columns: 50, ascii: true }));
    expect(texts.join("\n")).toMatch(/^[\n\x20-\x7e]*$/);
    expect(texts).toContain("+ 11 stocked   > 1 pulling   . 1 waiting");
  });

  it("says it in few lines, whatever fails on thousands of nodes", () => {
    const wrong = Object.fromEntries(images.map((_, index) => [index, notFound]));
    const lines = linesOf(stock(Array.from({ length: 5_000 }, (_, index) => node(`n-${index}`, { wrong }))), {
      columns: 80,
    });
    expect(lines.length).toBeLessThan(25);
  });

  it("is never wider than the window, and has one line for a line", () => {
    const image: fc.Arbitrary<ImageStatus> = fc.record(
      { state: fc.constantFrom(...IMAGE_STANDINGS), class: anyText, message: anyText, advice: anyText },
      { requiredKeys: ["state"] },
    );
    const nodes = fc.array(
      fc.record(
        {
          name: anyText,
          state: fc.oneof(fc.constant("ready"), anyText),
          leftOut: anyText,
          images: fc.array(image, { maxLength: 4 }),
        },
        { requiredKeys: ["name", "state", "images"] },
      ),
      { maxLength: 30 },
    );
    const status = fc.record({
      stock: anyText,
      namespace: anyText,
      method: anyText,
      images: fc.array(anyText, { maxLength: 4 }),
      nodes,
    });
    fc.assert(
      fc.property(status, fc.integer({ min: 20, max: 120 }), fc.boolean(), (any, columns, ascii) => {
        const lines = linesOf(any, { columns, ascii });
        expect(Math.max(0, ...lines.map((line) => stringWidth(line)))).toBeLessThanOrEqual(columns);
        expect(lines.join("")).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
      }),
      { numRuns: 300 },
    );
  });
});

describe("statusJson", () => {
  it("says the same for programs, a node a line", () => {
    const text = [...statusJson([few, stock([])])].join("");
    expectGolden("status/few.json", text);
    expect(JSON.parse(text)).toMatchObject({
      stocks: [{ stock: "qa", counts: { stocked: 11, leftOut: 5 }, nodes: [{}, {}, {}, {}] }, { nodes: [] }],
    });
  });
});
