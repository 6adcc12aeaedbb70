import { describe, expect, it } from "vitest";
import { systemClock } from "./clock.ts";

const clock = systemClock();

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
