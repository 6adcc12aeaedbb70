import { describe, expect, it } from "vitest";
import { FAILURE_CLASSES } from "#domain/failure/failure-class.ts";
import { reportOf, takeApart } from "../../../../test/kit/report-of.ts";
import { sampleMiddle, sampleRun, tell } from "../../../../test/kit/sample-events.ts";
import { OUTCOMES } from "../page-data.ts";
import { failureGroups, madeUpFor, wordsOf } from "./failure-groups.ts";
import { nodesOfImage, spellingsOf } from "./image-nodes.ts";
import { sortImages, sortNodes } from "./order.ts";
import { imageRows, nodeRows, stockedOf } from "./rows.ts";
import { createSelect, type Filter, noFilter } from "./select.ts";
import { sumsOf } from "./sums.ts";

const { data } = takeApart(
  await reportOf("html", [...tell(sampleRun), ...tell(sampleMiddle, { node: "worker-10", run: "run-2" })]),
);
const select = createSelect(data);
const all = select(noFilter);

/** `node/end of the image` of what is shown. */
function shown(filter: Partial<Filter>): string[] {
  return select({ ...noFilter, ...filter }).places.flatMap((places, run) =>
    places.map((place) => {
      const image = data.texts[data.runs[run]?.images.image[place] ?? -1] ?? "";
      return `${data.runs[run]?.node}/${/([a-z]+)[:@]/.exec(image.replace(/:\d+\//, "/"))?.[1]}`;
    }),
  );
}

describe("search and filter", () => {
  it("shows all at first", () => {
    expect(all.count).toBe(12);
    expect(shown({})).toContain("worker-1/app");
  });

  it.each([
    ["GONE", ["worker-1/gone", "worker-10/gone"]],
    ["worker-10 gone", ["worker-10/gone"]],
    ["gone worker-10", ["worker-10/gone"]],
    ["docker.io/library/busybox", ["worker-1/busybox", "worker-10/busybox"]],
    ["rate-limited", ["worker-1/slow", "worker-10/slow"]],
    ["too many requests", ["worker-1/slow", "worker-10/slow"]],
    ["deadline", ["worker-1/slow"]],
    ["was there", ["worker-1/busybox", "worker-10/busybox"]],
    ["run-2 gone", ["worker-10/gone"]],
    ["nothing like it", []],
  ])("finds %j", (text, found) => expect(shown({ text })).toEqual(found));

  it("takes outcomes and a class, together with words", () => {
    const outcomes = new Set([OUTCOMES.indexOf("failed"), OUTCOMES.indexOf("unfinished")]);
    expect(shown({ outcomes })).toEqual([
      "worker-1/gone",
      "worker-10/base",
      "worker-10/gone",
      "worker-10/slow",
      "worker-10/tool",
    ]);
    const failureClass = FAILURE_CLASSES.indexOf("rate-limited");
    expect(shown({ outcomes, class: failureClass })).toEqual(["worker-10/slow"]);
    expect(shown({ outcomes, class: failureClass, text: "worker-1 " })).toEqual(["worker-10/slow"]);
    expect(shown({ outcomes, text: "base" })).toEqual(["worker-10/base"]);
  });
});

describe("what the page shows", () => {
  it("sums up all runs", () => {
    expect(sumsOf(data)).toMatchObject({
      images: 12,
      outcomes: [4, 2, 2, 1, 0, 0, 3],
      nodes: ["worker-1", "worker-10"],
      versions: ["0.1.0"],
      stockedRuns: 0,
      failedAttempts: 6,
      madeUpFor: 2,
      longestMs: 125_001,
      slowest: "worker-1",
    });
    expect(madeUpFor(data)).toEqual([["unauthorized", 2]]);
  });

  it("has a row for each image over all nodes", () => {
    const rows = imageRows(data, all);
    expect(rows).toHaveLength(6);
    expect(rows.map(({ outcomes }) => stockedOf(outcomes))).toEqual([2, 1, 2, 0, 0, 1]);
    expect(rows[0]).toMatchObject({ runs: 2, pulls: 2, totalMs: 16_942, longestMs: 8_471, repeated: 2 });
    const order = (by: Parameters<typeof sortImages>[2]) => sortImages(rows, data, by).map((row) => rows.indexOf(row));
    expect(order("missing")).toEqual([3, 4, 1, 5, 0, 2]);
    expect(order("largest")[0]).toBe(1);
    expect(order("slowest")[0]).toBe(1);
    expect(order("name")[0]).toBe(2);
  });

  it("has a row for each run of which something is shown", () => {
    const rows = nodeRows(data, select({ ...noFilter, text: "base" }));
    expect(rows).toMatchObject([
      { run: 0, images: 1, durationMs: 125_001 },
      { run: 1, images: 1, durationMs: 9_401 },
    ]);
    const order = (by: Parameters<typeof sortNodes>[2]) => sortNodes(rows, data, by).map(({ run }) => run);
    expect([order("listed"), order("missing"), order("slowest"), order("name")]).toEqual([
      [0, 1],
      [1, 0],
      [0, 1],
      [0, 1],
    ]);
    expect(nodeRows(data, select({ ...noFilter, text: "deadline" }))).toHaveLength(1);
  });

  it("groups failures by cause and words, with advice, images and nodes", () => {
    const groups = failureGroups(data, all);
    expect(groups.map(({ cause, count }) => [cause, count])).toEqual([
      ["not-found", 2],
      ["unfinished", 2],
      ["not done at the deadline: rate-limited", 1],
      ["unfinished: rate-limited", 1],
    ]);
    const [first] = groups;
    expect([first?.images.size, first?.runs.size, first && wordsOf(first).length]).toEqual([1, 2, 1]);
    expect(Array.from(first?.advice ?? [], (advice) => data.texts[advice])).toEqual([
      "Check the spelling of the image, or push it first.",
    ]);
  });

  it("lists the nodes of an image, the bad news first", () => {
    const base = imageRows(data, all)[1]?.image ?? -1;
    expect(nodesOfImage(data, all, base)).toEqual([
      { run: 1, place: 1 },
      { run: 0, place: 1 },
    ]);
    const busybox = imageRows(data, all)[2]?.image ?? -1;
    expect(spellingsOf(data, busybox).map((text) => data.texts[text])).toEqual(["docker.io/library/busybox:1.36"]);
  });
});
