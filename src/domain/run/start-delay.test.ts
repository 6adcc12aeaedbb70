import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { startDelayMs } from "./start-delay.ts";

describe("startDelayMs", () => {
  it("is decided by the name alone", () => {
    expect(startDelayMs("worker-1", 60_000)).toBe(startDelayMs("worker-1", 60_000));
    expect(startDelayMs("worker-1", 0)).toBe(0);
  });

  it("lies within the time", () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 86_400_000 }), (node, withinMs) => {
        const delay = startDelayMs(node, withinMs);
        expect(delay).toBeGreaterThanOrEqual(0);
        expect(delay).toBeLessThan(withinMs);
      }),
    );
  });

  it("spreads a fleet evenly", () => {
    const tenths = Array.from({ length: 10 }, () => 0);
    for (let node = 0; node < 5_000; node++) {
      const tenth = Math.floor(startDelayMs(`ip-10-0-${node >> 8}-${node & 255}.ec2.internal`, 60_000) / 6_000);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    expect(Math.min(...tenths)).toBeGreaterThan(400);
    expect(Math.max(...tenths)).toBeLessThan(600);
  });
});
