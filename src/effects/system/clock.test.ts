import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "./clock.ts";

const clock = systemClock();

describe("many waits on one signal", () => {
  const warnings: string[] = [];
  const note = (warning: Error): void => void warnings.push(warning.name);
  beforeEach(() => process.on("warning", note));
  afterEach(() => process.off("warning", note));

  it("are no leak, and none of them stays when the signal aborts", async () => {
    const run = new AbortController();
    const sleeps = Array.from({ length: 20 }, () => clock.sleep(60_000, run.signal));
    const deadlines = Array.from({ length: 20 }, () => clock.deadline(60_000, run.signal));
    run.abort();
    await Promise.all(sleeps);
    expect(deadlines.every((deadline) => deadline.signal.aborted && !deadline.expired())).toBe(true);
    await clock.sleep(1);
    expect(warnings).toEqual([]);
  });
});

describe("a deadline", () => {
  it("expires by itself, aborts with its parent, and does neither once it is disposed of", async () => {
    const parent = new AbortController();
    const [short, long, disposed] = [1, 60_000, 1].map((ms) => clock.deadline(ms, parent.signal));
    disposed?.dispose();
    await clock.sleep(20);
    expect([short?.expired(), long?.expired(), disposed?.expired()]).toEqual([true, false, false]);
    parent.abort();
    expect([short, long, disposed].map((deadline) => deadline?.signal.aborted)).toEqual([true, true, false]);
    expect(long?.expired()).toBe(false);
  });

  it("of a parent that has aborted already is over, and leaves no timer", () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    const before = timers();
    const deadline = clock.deadline(60_000, AbortSignal.abort());
    expect([deadline.signal.aborted, deadline.expired()]).toEqual([true, false]);
    expect(timers()).toBe(before);
  });
});
