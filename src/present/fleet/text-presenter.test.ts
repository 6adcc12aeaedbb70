import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LarderEvent } from "#domain/run/event.ts";
import { arbitraryEvents } from "../../../test/kit/arbitrary-events.ts";
import { CollectingSink } from "../../../test/kit/collecting-sink.ts";
import { expectGolden } from "../../../test/kit/golden.ts";
import { type FleetStory, imageName, interleavedFleet, notFound } from "../../../test/kit/interleaved-fleet.ts";
import { sampleMiddle, sampleRun, type Told, tell } from "../../../test/kit/sample-events.ts";
import type { TextOptions } from "../text/presenter.ts";
import { fleetTextPresenter } from "./text-presenter.ts";

function present(events: readonly LarderEvent[], options?: TextOptions): string {
  const sink = new CollectingSink();
  const presenter = fleetTextPresenter(sink, options);
  for (const event of events) presenter.event(event);
  presenter.end();
  return sink.text;
}

const missing: FleetStory["wrong"] = (node, image) =>
  (image === 3 && node % 2 === 0) || (image === 5 && node % 30 === 7) ? notFound(imageName(image)) : undefined;
const countLines = (text: string, start: string): number =>
  text.split("\n").filter((line) => line.startsWith(start)).length;

describe("fleetTextPresenter", () => {
  it("tells each of a few nodes when it is done", () =>
    expectGolden("fleet/3-stocked.txt", present(interleavedFleet({ nodes: 3, images: 20 }))));

  it("tells 500 nodes by what they have in common", () =>
    expectGolden("fleet/500-missing.txt", present(interleavedFleet({ nodes: 500, images: 20, wrong: missing }))));

  it("tells only failures, warnings and the summary when quiet", () => {
    const events = interleavedFleet({ nodes: 500, images: 20, wrong: missing });
    expectGolden("fleet/500-quiet.txt", present(events, { quiet: true, colour: true }));
  });

  it("tells every kind of trouble, and groups what the deadline cut off", () => {
    const nodes = ["worker-1", "worker-2", "worker-3"];
    const streams = nodes.map((node) => tell(node === "worker-3" ? sampleMiddle : sampleRun, { node }));
    const events = streams.flat().toSorted((a, b) => a.time.localeCompare(b.time));
    expectGolden("fleet/troubles.txt", present(events));
  });

  it("tells which nodes left, and does not miss their images", () => {
    const left: Told = [9_500, { kind: "node-left", message: "the node worker-2 left the cluster" }];
    const end: Told = [
      9_501,
      { kind: "run-finished", outcome: "stocked", durationMs: 9_501, pulled: 1, present: 1, failed: 0 },
    ];
    const text = present([...tell(sampleRun), ...tell([...sampleMiddle, left, end], { node: "worker-2" })]);
    expect(text).toContain("warning     the node worker-2 left the cluster [NODE_LEFT]\n");
    expect(text).toMatch(/summary {5}0 of 1 node stocked after .*: 4 of 6 images/);
    expect(text).toContain("summary     worker-2: left before the end\n");
    expect(text).not.toContain("stocked     worker-2");
  });

  it("tells one failure of 5,000 nodes in a few lines, and no more nodes one by one than a person reads", () => {
    const wrong: FleetStory["wrong"] = (_, image) => (image === 0 ? notFound(imageName(0)) : undefined);
    const text = present(interleavedFleet({ nodes: 5_000, images: 2, wrong }));
    expect(countLines(text, "failed ")).toBe(4);
    expect(countLines(text, "incomplete ")).toBe(100);
    expect(text).toContain("on 1000 nodes so far (not-found)");
    expect(text).toContain(
      `5000 nodes (worker-1, worker-51, worker-101, worker-151, worker-201 and 4995 more): ${imageName(0)} not-found. Check`,
    );
  });

  it("makes few groups of failures that differ from node to node", () => {
    const wrong: FleetStory["wrong"] = (node, image) =>
      (node * 7 + image * 13) % 9 === 0 ? notFound(imageName(image)) : undefined;
    const text = present(interleavedFleet({ nodes: 200, images: 50, wrong }), { quiet: true });
    expect(countLines(text, "summary")).toBeLessThanOrEqual(3);
    expect(text).toMatch(
      /summary {5}200 nodes \(.* and 195 more\): 5 to 6 images not-found \(.* and 47 more\)\. Check/,
    );
  });

  it("has nothing to say of no event, and names nodes whose runs told of no image", () => {
    expect(present([])).toBe("");
    const end = {
      kind: "run-finished",
      outcome: "unreachable",
      durationMs: 5,
      pulled: 0,
      present: 0,
      failed: 0,
    } as const;
    const text = present([...tell([[5, end]]), ...tell([[5, end]], { node: "worker-2" })]);
    expect(text).toContain("2 nodes (worker-1, worker-2): the container runtime could not be reached\n");
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
