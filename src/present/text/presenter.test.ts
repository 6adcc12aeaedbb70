import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LarderEvent } from "#domain/run/event.ts";
import { arbitraryEvents } from "../../../test/kit/arbitrary-events.ts";
import { CollectingSink } from "../../../test/kit/collecting-sink.ts";
import { expectGolden } from "../../../test/kit/golden.ts";
import { finished, sampleMiddle, sampleRun, tell } from "../../../test/kit/sample-events.ts";
import { type TextOptions, textPresenter } from "./presenter.ts";

function present(events: readonly LarderEvent[], options?: TextOptions): string {
  const sink = new CollectingSink();
  const presenter = textPresenter(sink, options);
  for (const event of events) presenter.event(event);
  presenter.end();
  return sink.text;
}

describe("textPresenter", () => {
  it("prints a whole run", () => expectGolden("text/run.txt", present(tell(sampleRun))));

  it("prints only failures, warnings and the summary when quiet", () =>
    expectGolden("text/quiet.txt", present(tell(sampleRun), { quiet: true })));

  it("colours the first word and nothing else", () =>
    expectGolden("text/colour.txt", present(tell(sampleRun), { colour: true })));

  it("sums up a run whose stream is cut", () => expectGolden("text/cut.txt", present(tell(sampleMiddle))));

  it("says that all is well in one line", () => {
    const events = tell([
      ...sampleRun.slice(0, 1),
      ...sampleRun.filter(([, body]) => body.kind === "image-finished" && body.outcome === "pulled"),
      [70_000, { kind: "run-finished", outcome: "stocked", durationMs: 70_000, pulled: 3, present: 0, failed: 0 }],
    ]).filter((event) => event.kind !== "run-started");
    expect(present(events, { quiet: true })).toBe(
      "summary     stocked: 3 of 3 images on worker-1 after 1m10s (3 pulled with 3.3 GiB)\n",
    );
  });

  it("names at most five images for one cause", () => {
    const failed = (index: number) =>
      finished(`quay.io/acme/${index}:1`, {
        outcome: "failed",
        attempts: 1,
        durationMs: 1,
        sizeBytes: null,
        class: "not-found",
      });
    const events = tell(Array.from({ length: 7 }, (_, index) => [index, failed(index)] as const));
    expect(present(events)).toContain(
      "7 not-found: quay.io/acme/0:1, quay.io/acme/1:1, quay.io/acme/2:1, quay.io/acme/3:1, quay.io/acme/4:1 and 2 more\n",
    );
  });

  it("says once that the runtime is away, however often it is asked", () => {
    const wait = { kind: "runtime-waiting", sockets: ["/a.sock"], message: "connect ENOENT" } as const;
    const text = present(
      tell([
        [0, wait],
        [1_000, wait],
        [2_000, { ...wait, message: "connect ECONNREFUSED" }],
      ]),
    );
    expect(text.match(/^waiting/gm)).toHaveLength(2);
  });

  it("writes nothing that could steer a terminal, whatever the words are, and each line begins with its word", () => {
    fc.assert(
      fc.property(arbitraryEvents, fc.boolean(), (events, quiet) => {
        const text = present(events, { quiet });
        expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        for (const line of text.split("\n").slice(0, -1)) expect(line).toMatch(/^[a-z]+ +/);
      }),
    );
  });
});
