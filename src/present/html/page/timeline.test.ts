import { describe, expect, it } from "vitest";
import { reportOf, takeApart } from "../../../../test/kit/report-of.ts";
import { sampleMiddle, sampleRun, tell } from "../../../../test/kit/sample-events.ts";
import type { PageData } from "../page-data.ts";
import { createSelect, noFilter } from "./select.ts";
import { barsOf, loadOf, offsetOf, spanOf, ticksOf, usualAlignment } from "./timeline.ts";

async function dataOf(...events: ReturnType<typeof tell>[]): Promise<PageData> {
  return takeApart(await reportOf("html", events.flat())).data;
}

function later(events: ReturnType<typeof tell>, ms: number): ReturnType<typeof tell> {
  return events.map((event) => ({ ...event, time: new Date(Date.parse(event.time) + ms).toISOString() }));
}

describe("barsOf", () => {
  it("has a bar for each attempt, in lanes where they overlap", async () => {
    const { runs } = await dataOf(tell(sampleRun));
    const [run] = runs;
    const bars = run ? barsOf(run, [0, 1, 3, 4, 5]) : [];
    expect(bars.map(({ startMs, endMs, look, lane }) => [startMs, endMs, look, lane])).toEqual([
      [930, 1_140, "retried", 0],
      [931, 65_000, "succeeded", 1],
      [932, 1_300, "failed", 2],
      [933, 2_000, "failed", 3],
      [1_141, 9_400, "succeeded", 0],
      [1_310, 65_100, "succeeded", 2],
      [9_500, 125_001, "running", 0],
    ]);
    expect(run && barsOf(run, [2])).toEqual([]);
  });
});

describe("spanOf", () => {
  it("goes from the first start to the last end, by the clock", async () => {
    const data = await dataOf(tell(sampleRun), later(tell(sampleMiddle, { node: "worker-2" }), 30_000));
    const span = spanOf(data.runs, "clock");
    expect(span.lengthMs).toBe(125_001);
    expect(data.runs.map((run) => offsetOf(run, span))).toEqual([0, 30_000]);
    expect(usualAlignment(data)).toBe("clock");
  });

  it("lets runs of different days begin together", async () => {
    const data = await dataOf(tell(sampleRun), later(tell(sampleMiddle, { node: "worker-2" }), 86_400_000));
    expect(usualAlignment(data)).toBe("start");
    const span = spanOf(data.runs, "start");
    expect([span.lengthMs, ...data.runs.map((run) => offsetOf(run, span))]).toEqual([125_001, 0, 0]);
  });

  it("has some length for no run at all", () => {
    expect(spanOf([], "clock").lengthMs).toBe(1);
    expect(usualAlignment({ runs: [], texts: [] })).toBe("start");
  });
});

describe("loadOf", () => {
  it("counts how many pulls ran at a time", async () => {
    const data = await dataOf(tell(sampleRun));
    const selection = createSelect(data)(noFilter);
    const load = loadOf(data, selection, { alignment: "start", startMs: 0, lengthMs: 125_001 }, 125);
    // From 2 to 9.4 s: app, base and tool; to 65 s: base, tool, slow.
    expect(load.good[5]).toBeCloseTo(3, 5);
    expect(load.good[50]).toBeCloseTo(3, 5);
    expect(load.good[100]).toBeCloseTo(1, 5);
    expect(load.bad[1]).toBeGreaterThan(1);
    expect(load.bad[50]).toBe(0);
    expect(load.most).toBeGreaterThan(3);
  });

  it("counts only what is shown", async () => {
    const data = await dataOf(tell(sampleRun));
    const selection = createSelect(data)({ ...noFilter, text: "busybox" });
    expect(loadOf(data, selection, spanOf(data.runs, "clock"), 10).most).toBe(0);
  });
});

describe("ticksOf", () => {
  it.each([
    [1, [0, 1]],
    [3_355, [0, 1_000, 2_000, 3_000]],
    [125_001, [0, 30_000, 60_000, 90_000, 120_000]],
    [3_600_000, [0, 600_000, 1_200_000, 1_800_000, 2_400_000, 3_000_000, 3_600_000]],
  ])("of %d ms", (lengthMs, ticks) => expect(ticksOf(lengthMs, 6)).toEqual(ticks));

  it.each([86_400_000, 10 * 86_400_000, 1e13])("of %d ms are at most six after 0", (lengthMs) => {
    expect(ticksOf(lengthMs, 6).length).toBeLessThanOrEqual(7);
  });
});
