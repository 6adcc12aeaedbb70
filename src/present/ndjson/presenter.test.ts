import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arbitraryEvents } from "../../../test/kit/arbitrary-events.ts";
import { CollectingSink } from "../../../test/kit/collecting-sink.ts";
import { expectGolden } from "../../../test/kit/golden.ts";
import { sampleRun, tell } from "../../../test/kit/sample-events.ts";
import { formatStreamLine, ndjsonPresenter } from "./presenter.ts";

describe("ndjsonPresenter", () => {
  it("writes each event as one line, at once", () => {
    const sink = new CollectingSink();
    const presenter = ndjsonPresenter(sink);
    for (const [index, event] of tell(sampleRun).entries()) {
      presenter.event(event);
      expect(sink.text.split("\n")).toHaveLength(index + 2);
    }
    presenter.end();
    expectGolden("ndjson/run.ndjson", sink.text);
  });

  it("writes the same line whatever the order of the keys, and loses nothing", () => {
    fc.assert(
      fc.property(arbitraryEvents, (events) => {
        for (const event of events) {
          const line = formatStreamLine(event);
          const { schema, run, node, time, ...body } = event;
          expect(formatStreamLine({ ...body, time, node, run, schema })).toBe(line);
          expect(line).not.toContain("\n");
          expect(JSON.parse(line)).toEqual(event);
        }
      }),
    );
  });

  it("keeps what a newer version added, behind what it knows", () => {
    for (const event of tell(sampleRun.slice(0, 1))) {
      const newer = { zone: "a", layers: 3, ...event };
      expect(formatStreamLine(newer)).toMatch(/^\{"schema":.*\],"layers":3,"zone":"a"\}$/);
    }
    expect.assertions(1);
  });
});
