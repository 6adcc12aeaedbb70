import * as fc from "fast-check";
import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import type { LarderEvent } from "#domain/run/event.ts";
import { emptyFleet, type Fleet, foldFleetEvent } from "#domain/run/fleet.ts";
import { arbitraryEvents } from "../../../test/kit/arbitrary-events.ts";
import { boxed } from "../../../test/kit/boxed.ts";
import { expectGolden } from "../../../test/kit/golden.ts";
import { type FleetStory, imageName, interleavedFleet, notFound } from "../../../test/kit/interleaved-fleet.ts";
import { SAMPLE_START, sampleMiddle, tell } from "../../../test/kit/sample-events.ts";
import { fleetFrame } from "./fleet-frame.ts";

function fold(events: Iterable<LarderEvent>): Fleet {
  const fleet = emptyFleet();
  for (const event of events) foldFleetEvent(fleet, event);
  return fleet;
}

const wrong = (node: number, image: number) =>
  (image === 3 && node % 2 === 0) || (image === 5 && node % 3 === 0) ? notFound(imageName(image)) : undefined;
const cloudName = (node: number): string =>
  `ip-10-0-${node % 250}-${Math.floor(node / 250)}.eu-central-1.compute.internal`;
const poolName = (node: number): string => `gke-prod-pool-1-3f2a1b4c-${(node * 7919 + 100_000).toString(36)}`;

/** The fleet as it is some time after its start. */
function fleetAt(story: Pick<FleetStory, "nodes" | "nodeName">, atMs: number): Fleet {
  const events = interleavedFleet({ images: 20, wrong, ...story });
  return fold(events.filter(({ time }) => Date.parse(time) <= SAMPLE_START + atMs));
}

const at = (columns: number, rows: number, atMs: number) => ({
  columns,
  rows,
  nowMs: SAMPLE_START + atMs + 400,
  colour: false,
});

describe("fleetFrame", () => {
  it.each([
    ["1-node", { nodes: 1 }, 3_000],
    ["3-nodes", { nodes: 3 }, 9_000],
    ["50-nodes", { nodes: 50, nodeName: cloudName }, 14_000],
    ["1000-nodes", { nodes: 1_000, nodeName: poolName }, 9_000],
  ] as const)("draws %s in any window", (name, story, atMs) => {
    const fleet = fleetAt(story, atMs);
    const sizes = [
      [80, 24],
      [120, 50],
      [40, 14],
      [24, 6],
      [12, 3],
    ] as const;
    const drawn = sizes.map(([columns, rows]) => boxed(fleetFrame(fleet, at(columns, rows, atMs)), columns));
    expectGolden(`fleet-frames/${name}.txt`, drawn.join("\n"));
  });

  it("colours bars, failures and what is aside", () => {
    const frame = fleetFrame(fleetAt({ nodes: 3 }, 9_000), { ...at(80, 24, 9_000), colour: true });
    expectGolden("fleet-frames/colour.txt", `${frame.join("\n")}\n`);
  });

  it("shows nodes that wait: for a pod, for a runtime, for the next attempt", () => {
    const fresh = tell(sampleMiddle.slice(0, 1), { node: "worker-1" });
    const away = tell(sampleMiddle.slice(0, 3), { node: "worker-2" });
    const delayed = tell(
      [
        ...sampleMiddle.slice(0, 1),
        [10, { kind: "pull-started", image: "a:1", attempt: 1, credential: null, timeoutMs: 1 }],
        [20, { kind: "pull-delayed", image: "a:1", delayMs: 9_000, class: "rate-limited" }],
      ],
      { node: "worker-3" },
    );
    const frame = fleetFrame(fold([...fresh, ...away, ...delayed]), at(80, 24, 1_000));
    expectGolden("fleet-frames/waiting.txt", boxed(frame, 80));
  });

  it("shows the nodes that are furthest behind, and counts the others", () => {
    const frame = fleetFrame(fleetAt({ nodes: 50 }, 14_000), at(80, 24, 14_000));
    expect(frame.filter((line) => line.includes("worker-"))).toHaveLength(12);
    expect(frame.find((line) => line.includes("worker-"))).toMatch(/worker-33 .* 6\/20 /);
    expect(frame.at(-1)).toBe("  and 8 nodes more under way");
  });

  it("keeps names whole where their first labels are the same", () => {
    const fleet = fleetAt({ nodes: 2, nodeName: (node) => `node.zone-${node}` }, 3_000);
    expect(fleetFrame(fleet, at(80, 24, 3_000)).join("\n")).toMatch(/node\.zone-0 .*\n.*node\.zone-1 /);
  });

  it("is never wider or taller than the window, and has one line for a line", () => {
    const size = {
      columns: fc.integer({ min: 0, max: 130 }),
      rows: fc.integer({ min: 0, max: 30 }),
      colour: fc.boolean(),
    };
    fc.assert(
      fc.property(arbitraryEvents, fc.record(size), (events, window) => {
        const lines = fleetFrame(fold(events), { ...window, nowMs: 1_700_002_000_000 });
        expect(lines.length).toBeLessThanOrEqual(window.rows);
        expect(Math.max(0, ...lines.map((line) => stringWidth(line)))).toBeLessThanOrEqual(window.columns);
        expect(lines.join("")).not.toMatch(/[\r\n\t]/);
      }),
      { numRuns: 500 },
    );
  });
});
