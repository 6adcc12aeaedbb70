import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arbitraryEvents } from "../../../test/kit/arbitrary-events.ts";
import { imageName, interleavedFleet, notFound } from "../../../test/kit/interleaved-fleet.ts";
import { finished, sampleMiddle, type Told, tell } from "../../../test/kit/sample-events.ts";
import type { LarderEvent } from "./event.ts";
import { emptyFleet, type Fleet, foldFleetEvent, isNode, phaseOf } from "./fleet.ts";
import { countFinished, listRuns } from "./selectors.ts";
import { slowestRuns } from "./slowest.ts";

function fold(events: readonly LarderEvent[]): Fleet {
  const fleet = emptyFleet();
  for (const event of events) foldFleetEvent(fleet, event);
  return fleet;
}

describe("foldFleetEvent", () => {
  it("keeps totals that agree with the runs, after any events", () => {
    fc.assert(
      fc.property(arbitraryEvents, (events) => {
        const { runs, totals } = fold(events);
        const known = listRuns(runs).filter(isNode);
        const all = known.filter((run) => !run.hasLeft);
        const sum = (amount: (run: (typeof all)[number]) => number) =>
          all.reduce((total, run) => total + amount(run), 0);
        expect([totals.nodes, totals.left]).toEqual([all.length, known.length - all.length]);
        expect(totals.images).toBe(sum((run) => run.images.size));
        expect(totals.bytes).toEqual({ pulled: sum((run) => run.bytes.pulled), present: sum((r) => r.bytes.present) });
        for (const [standing, count] of Object.entries(totals.counts))
          expect(count).toBe(sum((run) => Object.entries(run.counts).find(([key]) => key === standing)?.[1] ?? 0));
        for (const [phase, count] of Object.entries(totals.phases))
          expect(count).toBe(all.filter((run) => phaseOf(run) === phase).length);
      }),
    );
  });

  it("counts one trouble of many nodes once for each node, however often it is told", () => {
    const wrong = (_: number, image: number) => (image === 1 ? notFound(imageName(1)) : undefined);
    const events = interleavedFleet({ nodes: 30, images: 3, wrong });
    const troubles = [...fold([...events, ...events]).troubles.values()];
    expect(troubles.map(({ nodes, kind, image }) => [nodes.size, kind, image])).toEqual([[30, "failed", imageName(1)]]);
  });

  it("tells a trouble when a node has it for the first time", () => {
    const fleet = emptyFleet();
    const told = tell(sampleMiddle).map((event) => foldFleetEvent(fleet, event));
    expect(told.filter((trouble) => trouble !== undefined).map(({ kind, cause }) => [kind, cause])).toEqual([
      ["warning", "IMAGE_DUPLICATE"],
      ["waiting", "runtime-unavailable"],
      ["failed", "not-found"],
      ["passing", "rate-limited"],
    ]);
  });

  it("takes a warning that differs in nothing but its node for the same", () => {
    const warn = (node: string) =>
      tell(
        [...sampleMiddle.slice(0, 1), [0, { kind: "warning", code: "DISK", message: `the disk of ${node} is full` }]],
        { node },
      );
    const [trouble, ...more] = [...fold([...warn("a-1"), ...warn("b-2"), ...warn("a-1")]).troubles.values()];
    expect([trouble, more]).toMatchObject([{ kind: "warning", node: "a-1", nodes: new Set(["a-1", "b-2"]) }, []]);
  });

  it("knows a warning that is about no node, and does not count who told it", () => {
    const event = tell([[0, { kind: "warning", code: "API_INTERRUPTED", message: "it does not answer" }]], {
      node: "here",
    });
    const { troubles, totals } = fold([...event, ...tell(sampleMiddle)]);
    expect([...troubles.values()][0]).toMatchObject({ kind: "warning", node: null });
    expect(totals.nodes).toBe(1);
  });

  it("leaves out nodes that left, and takes them in again when they come back", () => {
    const left: Told = [9_500, { kind: "node-left", message: "the node worker-1 left the cluster" }];
    const gone = fold(tell([...sampleMiddle, left]));
    expect(gone.totals).toMatchObject({ nodes: 0, left: 1, images: 0, bytes: { pulled: 0 } });
    expect([...gone.troubles.values()].at(-1)).toMatchObject({ kind: "warning", cause: "NODE_LEFT", node: "worker-1" });
    expect(fold(tell([...sampleMiddle, left, ...sampleMiddle])).totals).toMatchObject({ nodes: 1, left: 0, images: 6 });
  });

  it("tells a permanent failure that a kubelet repeats within the grace, but not one that another credential follows", () => {
    const failed = (at: number, attempt: number, credential: string): Told => {
      const failure = { class: "unauthorized", permanent: true, message: "no" } as const;
      return [at, { kind: "pull-failed", image: "a:1", attempt, credential, durationMs: 0, ...failure }];
    };
    const kindsOf = (told: readonly Told[]) => [...fold(tell(told)).troubles.values()].map(({ kind }) => kind);
    expect(kindsOf([failed(0, 1, "kubelet")])).toEqual([]);
    expect(kindsOf([failed(0, 1, "secret a"), failed(1, 2, "secret b")])).toEqual([]);
    expect(kindsOf([failed(0, 1, "kubelet"), failed(9_000, 2, "kubelet")])).toEqual(["passing"]);
  });

  it("tells a permanent failure that is tried again within the grace, once", () => {
    const image = "quay.io/acme/new:1";
    const attempt = (at: number, number: number): Told[] => [
      [
        at,
        {
          kind: "pull-failed",
          image,
          attempt: number,
          credential: null,
          durationMs: 1,
          class: "not-found",
          permanent: true,
          message: "no",
        },
      ],
      [at + 1, { kind: "pull-delayed", image, delayMs: 1_000, class: "not-found" }],
    ];
    const { troubles } = fold(tell([...attempt(0, 1), ...attempt(2_000, 2)]));
    expect([...troubles.values()]).toMatchObject([
      { kind: "passing", image, cause: "not-found", nodes: new Set(["worker-1"]) },
    ]);
  });
});

describe("slowestRuns", () => {
  it("gives those that are furthest behind, in the order of a full sort", () => {
    fc.assert(
      fc.property(arbitraryEvents, fc.integer({ min: 0, max: 4 }), (events, count) => {
        const { runs } = fold(events);
        const share = (run: (typeof all)[number]) => (run.images.size === 0 ? 0 : countFinished(run) / run.images.size);
        const all = listRuns(runs).filter((run) => run.finish === null);
        const expected = all.map(share).toSorted((a, b) => a - b);
        expect(slowestRuns(runs, count).map(share)).toEqual(expected.slice(0, count));
      }),
    );
  });

  it("puts the node first that has been at an image for longer, and leaves out those that are done", () => {
    const pull = (node: string, at: number) =>
      tell([[at, { kind: "pull-started", image: "a:1", attempt: 1, credential: null, timeoutMs: 1 }]], { node });
    const done = tell(
      [
        [0, finished("a:1", { outcome: "pulled", attempts: 1, durationMs: 1, sizeBytes: null })],
        [1, { kind: "run-finished", outcome: "stocked", durationMs: 1, pulled: 1, present: 0, failed: 0 }],
      ],
      { node: "done" },
    );
    const { runs } = fold([...pull("late", 500), ...done, ...pull("early", 100)]);
    expect(slowestRuns(runs, 5).map(({ node }) => node)).toEqual(["early", "late"]);
  });
});
