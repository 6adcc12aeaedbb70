import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LarderEvent } from "#domain/run/event.ts";
import { foldEvent } from "#domain/run/fold.ts";
import { emptyRuns } from "#domain/run/run-record.ts";
import { listRuns } from "#domain/run/selectors.ts";
import type { Clock } from "#ports/clock.ts";
import { arbitraryEvents } from "../../../test/kit/arbitrary-events.ts";
import { CollectingSink } from "../../../test/kit/collecting-sink.ts";
import { expectGolden } from "../../../test/kit/golden.ts";
import { type FleetStory, imageName, interleavedFleet, notFound } from "../../../test/kit/interleaved-fleet.ts";
import { SAMPLE_START, sampleMiddle, sampleRun, tell } from "../../../test/kit/sample-events.ts";
import { TerminalScreen } from "../../../test/kit/terminal-screen.ts";
import { fleetTextPresenter } from "../fleet/text-presenter.ts";
import { formatLine } from "../text/line.ts";
import { textPresenter } from "../text/presenter.ts";
import { linesOfSummary } from "../text/summary.ts";
import { terminalPresenter } from "./presenter.ts";

/** A clock that stands until it is told to go on; the display sleeps once at a time. */
class StandingClock implements Clock {
  ms = SAMPLE_START;
  sleeps = 0;
  #wake: (() => void) | undefined;

  now(): number {
    return this.ms;
  }

  monotonic(): number {
    return this.ms;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.sleeps += 1;
    return new Promise((resolve) => {
      const stop = () => {
        signal?.removeEventListener("abort", stop);
        resolve();
      };
      this.#wake = () => {
        this.ms += ms;
        stop();
      };
      signal?.addEventListener("abort", stop);
    });
  }

  deadline(): never {
    throw new Error("the display has no deadline");
  }

  /** Lets one sleep pass and the drawing after it happen. */
  async tick(): Promise<void> {
    this.#wake?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function play(
  sink: TerminalScreen,
  events: readonly LarderEvent[],
  between: (index: number) => void = () => {},
  manyNodes = false,
): Promise<{ clock: StandingClock; end: () => void }> {
  const clock = new StandingClock();
  const presenter = terminalPresenter(sink, clock, { manyNodes });
  for (const [index, event] of events.entries()) {
    presenter.event(event);
    between(index);
    await clock.tick();
  }
  return { clock, end: () => presenter.end() };
}

/** What stays on the screen must not depend on the display: the lines that a quiet log has, the summaries last. */
function quietText(events: readonly LarderEvent[]): string {
  const sink = new CollectingSink();
  const presenter = textPresenter(sink, { quiet: true });
  const runs = emptyRuns();
  for (const event of events) {
    presenter.event(event);
    foldEvent(runs, event);
  }
  const lines = sink.text.split("\n").filter((line) => line !== "" && !line.startsWith("summary"));
  const summary = listRuns(runs).flatMap(linesOfSummary);
  return [...lines, ...summary.map((line) => formatLine(line, false))].map((line) => `${line}\n`).join("");
}

/** As a terminal of that size shows it. */
function shown(text: string, columns: number, rows: number): string {
  const screen = new TerminalScreen(columns, rows);
  screen.write(text);
  return screen.text();
}

describe("terminalPresenter", () => {
  it("keeps failures and warnings above a frame that is drawn in place", async () => {
    const screen = new TerminalScreen(80, 24);
    const { end } = await play(screen, tell(sampleMiddle));
    expectGolden("terminal/middle.txt", `${screen.text()}\n`);
    end();
  });

  it("leaves failures, warnings and the summary, and nothing of the frame", async () => {
    const screen = new TerminalScreen(80, 24);
    const { end } = await play(screen, tell(sampleRun));
    end();
    expect(screen.text()).toBe(shown(quietText(tell(sampleRun)), 80, 24));
  });

  it("redraws with the clock, not with the events", async () => {
    const clock = new StandingClock();
    const sink = new CollectingSink({ columns: 80, rows: 24 });
    const presenter = terminalPresenter(sink, clock);
    for (const event of tell(sampleMiddle)) presenter.event(event);
    const first = sink.text;
    expect(first).toContain("0/6 images");
    expect(clock.sleeps).toBe(1);
    await clock.tick();
    expect(sink.text.length).toBeGreaterThan(first.length);
    expect(clock.sleeps).toBe(2);
    presenter.end();
    const last = sink.text;
    await clock.tick();
    expect([sink.text, clock.sleeps]).toEqual([last, 2]);
  });

  it("counts the time of a running pull", async () => {
    const screen = new TerminalScreen(80, 24);
    const { clock, end } = await play(screen, tell(sampleMiddle));
    clock.ms = SAMPLE_START + 931 + 61_000;
    await clock.tick();
    expect(screen.text()).toMatch(/base@sha256.* 1m1s$/m);
    end();
  });

  it("survives resizes: nothing of an old frame stays, and no lasting line is lost", async () => {
    const events = tell(sampleRun);
    const screen = new TerminalScreen(100, 24);
    const sizes = [80, 41, 100, 23, 60, 17, 120];
    const { end } = await play(screen, events, (index) => screen.resize(sizes[index % sizes.length] ?? 80, 60));
    end();
    expect(screen.text()).toBe(shown(quietText(events), 80, 24));
  });

  it("stays within any window, with any events", async () => {
    const size = fc.record({ columns: fc.integer({ min: 1, max: 90 }), rows: fc.integer({ min: 1, max: 12 }) });
    await fc.assert(
      fc.asyncProperty(arbitraryEvents, size, async (events, { columns, rows }) => {
        const screen = new TerminalScreen(columns, rows);
        const { end } = await play(screen, events);
        end();
        expect(screen.text()).toBe(shown(quietText(events), columns, rows));
      }),
      { numRuns: 60 },
    );
  });

  it("takes a window that does not know its size for 80 x 24, and has nothing to say of an empty stream", async () => {
    const sink = new CollectingSink({ columns: 0, rows: 0 });
    const presenter = terminalPresenter(sink, new StandingClock());
    presenter.end();
    expect(sink.text).toBe("");
  });
});

describe("terminalPresenter for many nodes", () => {
  const wrong: FleetStory["wrong"] = (_, image) => (image === 1 ? notFound(imageName(1)) : undefined);
  const events = interleavedFleet({ nodes: 4, images: 4, wrong });

  /** Each failure once in full, and the summary: growing numbers are the frame's. */
  function lastingText(all: readonly LarderEvent[]): string {
    const sink = new CollectingSink();
    const presenter = fleetTextPresenter(sink, { quiet: true });
    for (const event of all) presenter.event(event);
    presenter.end();
    return sink.text;
  }

  it("keeps a failure of many nodes on the screen once, above what is drawn in place", async () => {
    const screen = new TerminalScreen(80, 24);
    const { end } = await play(screen, events.slice(0, 40), () => {}, true);
    expectGolden("terminal/many-nodes.txt", `${screen.text()}\n`);
    end();
  });

  it("survives resizes and leaves failures and the summary, nothing of the frame", async () => {
    const screen = new TerminalScreen(100, 24);
    const sizes = [80, 41, 100, 23, 60, 17, 120];
    const resize = (index: number) => screen.resize(sizes[index % sizes.length] ?? 80, 60);
    const { end } = await play(screen, events, resize, true);
    end();
    expect(screen.text()).toBe(shown(lastingText(events), 80, 24));
  });
});
