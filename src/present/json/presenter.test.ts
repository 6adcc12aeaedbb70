import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LarderEvent } from "#domain/run/event.ts";
import { foldEvent } from "#domain/run/fold.ts";
import { emptyRuns } from "#domain/run/run-record.ts";
import { listRuns } from "#domain/run/selectors.ts";
import { arbitraryEvents } from "../../../test/kit/arbitrary-events.ts";
import { CollectingSink } from "../../../test/kit/collecting-sink.ts";
import { expectGolden } from "../../../test/kit/golden.ts";
import { sampleMiddle, sampleRun, tell } from "../../../test/kit/sample-events.ts";
import { jsonPresenter } from "./presenter.ts";
import { type RunResult, resultOf } from "./result.ts";

function present(events: readonly LarderEvent[]): string {
  const sink = new CollectingSink();
  const presenter = jsonPresenter(sink);
  for (const event of events) presenter.event(event);
  expect(sink.text).toBe("");
  presenter.end();
  return sink.text;
}

function resultsOf(events: readonly LarderEvent[]): RunResult[] {
  const runs = emptyRuns();
  for (const event of events) foldEvent(runs, event);
  return listRuns(runs).map(resultOf);
}

describe("jsonPresenter", () => {
  it("gives the result of a run", () => expectGolden("json/run.json", present(tell(sampleRun))));

  it("gives what is known of a run whose stream is cut", () => {
    const [result] = resultsOf(tell(sampleMiddle));
    expect(result).toMatchObject({ outcome: "unfinished", exitCode: null, durationMs: 9_401 });
    expect(result?.counts).toMatchObject({ images: 6, stocked: 2, pulled: 1, present: 1, failed: 1, unfinished: 3 });
    expect(result?.images.find(({ image }) => image.includes("slow"))).toMatchObject({
      outcome: "unfinished",
      attempts: 1,
      durationMs: null,
      class: "rate-limited",
    });
  });

  it("gives a list for merged streams, and an empty one for no stream", () => {
    const merged = [...tell(sampleRun), ...tell(sampleMiddle, { node: "worker-2" })];
    expect(JSON.parse(present(merged))).toEqual({
      schema: "larder.dev/results/v1",
      results: [JSON.parse(present(tell(sampleRun))), JSON.parse(present(tell(sampleMiddle, { node: "worker-2" })))],
    });
    expect(JSON.parse(present([]))).toEqual({ schema: "larder.dev/results/v1", results: [] });
  });

  it("gives JSON whatever the events, with each image counted once", () => {
    fc.assert(
      fc.property(arbitraryEvents, (events) => {
        const results = resultsOf(events);
        const [only] = results;
        const whole = results.length === 1 ? only : { schema: "larder.dev/results/v1", results };
        expect(JSON.parse(present(events))).toEqual(whole);
        for (const { counts, images } of results) {
          const { images: total, stocked, ...outcomes } = counts;
          expect(images).toHaveLength(total);
          expect(stocked).toBe(outcomes.pulled + outcomes.present);
          expect(Object.values(outcomes).reduce((sum, count) => sum + count, 0)).toBe(total);
        }
      }),
    );
  });
});
