import * as fc from "fast-check";
import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import type { LarderEvent } from "#domain/run/event.ts";
import { foldEvent } from "#domain/run/fold.ts";
import { emptyRuns, type Runs } from "#domain/run/run-record.ts";
import { arbitraryEvents } from "../../../test/kit/arbitrary-events.ts";
import { boxed } from "../../../test/kit/boxed.ts";
import { expectGolden } from "../../../test/kit/golden.ts";
import { SAMPLE_START, sampleMiddle, type Told, tell } from "../../../test/kit/sample-events.ts";
import { type FrameWindow, frame } from "./frame.ts";

function fold(events: readonly LarderEvent[]): Runs {
  const runs = emptyRuns();
  for (const event of events) foldEvent(runs, event);
  return runs;
}

const middle = fold(tell(sampleMiddle.slice(0, -2)));
const at = (columns: number, rows: number): FrameWindow => ({
  columns,
  rows,
  nowMs: SAMPLE_START + 4_000,
  colour: false,
});

const pulling = (image: string): Told => [
  10,
  { kind: "pull-started", image, attempt: 1, credential: null, timeoutMs: 1 },
];

describe("frame", () => {
  it.each([
    [80, 24],
    [40, 10],
    [20, 5],
    [200, 50],
    [12, 3],
  ])("draws a run in its middle at %d x %d", (columns, rows) => {
    expectGolden(`frames/${columns}x${rows}.txt`, boxed(frame(middle, at(columns, rows)), columns));
  });

  it("colours the bar, what is odd and what is aside", () => {
    expectGolden("frames/colour.txt", `${frame(middle, { ...at(80, 24), colour: true }).join("\n")}\n`);
  });

  it("counts wide characters as two cells", () => {
    const images = [
      "registry.example/東京の画像/とても長い名前のイメージ:最新版",
      "registry.example/👩‍👩‍👧‍👦:e\u0301te\u0301",
    ];
    const runs = fold(tell(images.map(pulling), { node: "ノード一" }));
    const drawn = [80, 40, 21].map((columns) => boxed(frame(runs, at(columns, 24)), columns));
    expectGolden("frames/wide-characters.txt", drawn.join("\n"));
  });

  it("counts what does not fit", () => {
    const runs = fold(tell(Array.from({ length: 30 }, (_, index) => pulling(`quay.io/acme/${index}:1`))));
    const lines = frame(runs, at(60, 10));
    expect(lines).toHaveLength(10);
    expect(lines.at(-1)).toBe("  and 22 more under way");
  });

  it("names few of many delayed images", () => {
    const told = Array.from({ length: 30 }, (_, index): Told[] => {
      const image = `quay.io/acme/${index}:1`;
      return [pulling(image), [20, { kind: "pull-delayed", image, delayMs: 9_000, class: "rate-limited" }]];
    });
    const lines = frame(fold(tell(told.flat())), at(60, 24));
    expect(lines).toHaveLength(6);
    expect(lines.at(-1)).toBe("  and 26 more under way");
  });

  it("says that it waits for the runtime", () => {
    const lines = frame(fold(tell(sampleMiddle.slice(0, 3))), at(80, 24));
    expect(lines[1]).toBe("  waiting for the container runtime: connect ENOENT");
  });

  it("sums over runs and nodes", () => {
    const events = [...tell(sampleMiddle), ...tell(sampleMiddle, { run: "run-2", node: "worker-2" })];
    const [header] = frame(fold(events), at(80, 24));
    expect(header).toContain("2 nodes");
    expect(header).toContain("6/12 images  2 failed  624.8 MiB");
  });

  it("draws nothing where there is nothing to draw or no room", () => {
    expect(frame(emptyRuns(), at(80, 24))).toEqual([]);
    expect(frame(middle, at(80, 0))).toEqual([]);
    expect(frame(middle, at(0, 24))).toEqual([]);
  });

  it("shows no negative time when the clock was set back", () => {
    const lines = frame(middle, { ...at(80, 24), nowMs: SAMPLE_START - 1_000_000 });
    expect(lines.join("\n")).not.toMatch(/ -\d/);
  });

  it("is never wider or taller than the window, and has one line for a line", () => {
    fc.assert(
      fc.property(
        arbitraryEvents,
        fc.record({
          columns: fc.integer({ min: 1, max: 130 }),
          rows: fc.integer({ min: 1, max: 30 }),
          colour: fc.boolean(),
        }),
        (events, size) => {
          const lines = frame(fold(events), { ...size, nowMs: 1_700_002_000_000 });
          expect(lines.length).toBeLessThanOrEqual(size.rows);
          expect(Math.max(0, ...lines.map((line) => stringWidth(line)))).toBeLessThanOrEqual(size.columns);
          expect(lines.join("")).not.toMatch(/[\r\n\t]/);
        },
      ),
      { numRuns: 500 },
    );
  });
});
