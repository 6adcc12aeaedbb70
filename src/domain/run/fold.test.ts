import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arbitraryEvents } from "../../../test/kit/arbitrary-events.ts";
import { finished, SAMPLE_START, sampleLeft, sampleMiddle, sampleRun, tell } from "../../../test/kit/sample-events.ts";
import type { LarderEvent } from "./event.ts";
import { foldEvent } from "./fold.ts";
import { emptyRuns, findRun, type RunRecord, type Runs } from "./run-record.ts";
import {
  causesOf,
  countFinished,
  countStocked,
  durationOfRun,
  lastFailure,
  listRuns,
  outcomeOfImage,
  outcomeOfRun,
} from "./selectors.ts";

const MIB = 1024 * 1024;

function fold(events: readonly LarderEvent[]): Runs {
  const runs = emptyRuns();
  for (const event of events) foldEvent(runs, event);
  return runs;
}

function foldOne(events: readonly LarderEvent[]): RunRecord {
  const [run] = listRuns(fold(events));
  if (!run) throw new Error("no run");
  return run;
}

describe("foldEvent", () => {
  it("knows the whole of a finished run", () => {
    const run = foldOne(tell(sampleRun));
    expect(run).toMatchObject({ run: "run-1", node: "worker-1", larder: "0.1.0", parallel: 4, timeoutMs: 1_200_000 });
    expect(run.runtime).toEqual({
      kind: "connected",
      socket: "/run/containerd/containerd.sock",
      name: "containerd",
      version: "2.1.4",
    });
    expect(run.counts).toMatchObject({ waiting: 0, pulling: 0, pulled: 3, present: 1, failed: 1, deadline: 1 });
    expect(run.bytes).toEqual({ pulled: Math.round(312.4 * MIB) + 3 * 1024 * MIB, present: 2_234_567 });
    expect(run.warnings).toEqual([{ code: "IMAGE_DUPLICATE", message: "images.txt:7: busybox:1.36 is listed twice" }]);
    expect([outcomeOfRun(run), durationOfRun(run), run.active.size]).toEqual(["deadline", 125_001, 0]);
    expect([countStocked(run), countFinished(run)]).toEqual([4, 6]);
    expect(causesOf(run)).toEqual([
      { cause: "not-found", images: ["quay.io/acme/gone:1"] },
      { cause: "deadline (rate-limited)", images: ["docker.io/library/slow:2"] },
    ]);
  });

  it("keeps every attempt with its start, duration, credential source, class and words", () => {
    const run = foldOne(tell(sampleRun));
    expect(run.images.get("quay.io/acme/app:1.2.3")?.attempts).toEqual([
      {
        attempt: 1,
        credential: "docker-config /etc/old.json",
        startedMs: SAMPLE_START + 930,
        durationMs: 210,
        result: "failed",
        class: "unauthorized",
        permanent: true,
        message: "rpc error: code = Unknown desc = \u001b[31munexpected status\u001b[0m: 401 Unauthorized\n\tdenied",
      },
      {
        attempt: 2,
        credential: "secret ci/quay",
        startedMs: SAMPLE_START + 1_141,
        durationMs: 8_259,
        result: "succeeded",
        class: null,
        permanent: false,
        message: null,
      },
    ]);
  });

  it("leaves out what was not finished on a node that left", () => {
    const run = foldOne(tell(sampleLeft));
    expect([...run.images.keys()]).toEqual(["quay.io/acme/app:1.2.3"]);
    expect([outcomeOfRun(run), countStocked(run), run.counts.waiting, run.active.size]).toEqual(["stocked", 1, 0, 0]);
    expect(causesOf(run)).toEqual([]);
    expect(run.warnings).toEqual([{ code: "NODE_LEFT", message: "the node left the cluster" }]);
    expect(run.parallel).toBeNull();
  });

  it("begins anew when the node comes back", () => {
    const run = foldOne([...tell(sampleLeft), ...tell(sampleLeft.slice(0, 1))]);
    expect([outcomeOfRun(run), run.images.size, run.counts.waiting, run.counts.pulled]).toEqual([
      "unfinished",
      2,
      2,
      0,
    ]);
  });

  it("orders images as listed, and those that no list named behind them", () => {
    const stray = "stray:1";
    const events = tell([
      ...sampleRun,
      [126_000, finished(stray, { outcome: "present", attempts: 0, durationMs: 1, sizeBytes: null })],
    ]);
    const images = [...foldOne(events).images.keys()];
    expect(images[0]).toBe("quay.io/acme/app:1.2.3");
    expect(images.slice(1).map((image) => image.slice(0, 4))).toEqual(["regi", "busy", "quay", "dock", "ghcr", "stra"]);
  });

  it("shows a run in its middle: what is pulled, what waits for its next attempt, since when", () => {
    const run = foldOne(tell(sampleMiddle));
    const states = Object.fromEntries([...run.images.values()].map(({ image, state }) => [image, state]));
    expect(states["docker.io/library/slow:2"]).toEqual({
      kind: "delayed",
      untilMs: SAMPLE_START + 6_001,
      class: "rate-limited",
    });
    expect(states["ghcr.io/acme/tool:latest"]).toMatchObject({ kind: "pulling", sinceMs: SAMPLE_START + 1_310 });
    expect(run.counts).toMatchObject({ waiting: 0, pulling: 2, delayed: 1, pulled: 1, present: 1, failed: 1 });
    expect([...run.active].map(({ image }) => image.slice(0, 6))).toEqual(["regist", "docker", "ghcr.i"]);
    expect(outcomeOfRun(run)).toBe("unfinished");
    expect(durationOfRun(run)).toBe(9_401);
  });

  it("keeps runs and nodes apart, also when two nodes drew the same run name", () => {
    const one = tell(sampleRun, { node: "worker-1" });
    const two = tell(sampleMiddle, { node: "worker-2" });
    const mixed = one.flatMap((event, index) => [event, ...(two[index] ? [two[index]] : [])]);
    const runs = fold(mixed);
    expect(listRuns(runs)).toHaveLength(2);
    expect(findRun(runs, { run: "run-1", node: "worker-1" })).toEqual(foldOne(one));
    expect(findRun(runs, { run: "run-1", node: "worker-2" })).toEqual(foldOne(two));
  });

  it("makes sense of a stream that lost its beginning", () => {
    const events = tell(sampleRun);
    const cut = events.findIndex((event) => event.kind === "pull-failed" && event.image.includes("slow"));
    const run = foldOne(events.slice(cut));
    expect(run.larder).toBeNull();
    const slow = run.images.get("docker.io/library/slow:2");
    expect(slow?.attempts[0]).toMatchObject({ attempt: 1, startedMs: SAMPLE_START + 933, durationMs: 1_067 });
    expect(outcomeOfRun(run)).toBe("deadline");
  });

  it("gives a run whose clock was set back no negative duration", () => {
    const [start] = tell(sampleMiddle);
    if (!start) throw new Error("no event");
    const run = foldOne([
      start,
      { ...start, kind: "warning", code: "C", message: "m", time: "2020-01-01T00:00:00.000Z" },
    ]);
    expect(durationOfRun(run)).toBe(0);
  });

  it("does not count twice what is told twice", () => {
    const events = tell(sampleRun);
    const once = foldOne(events);
    const twice = foldOne([...events, ...events]);
    expect({ ...twice, warnings: once.warnings }).toEqual(once);
  });
});

describe("the fold of any stream", () => {
  it("counts each image once, in the state that it is in", () => {
    fc.assert(
      fc.property(arbitraryEvents, (events) => {
        for (const run of listRuns(fold(events))) {
          const images = [...run.images.values()];
          const sum = Object.values(run.counts).reduce((total, count) => total + count, 0);
          expect(sum).toBe(images.length);
          expect(Math.min(...Object.values(run.counts))).toBeGreaterThanOrEqual(0);
          expect(countFinished(run)).toBe(images.filter((image) => outcomeOfImage(image) !== "unfinished").length);
          const begun = images.filter(({ state }) => state.kind !== "waiting" && state.kind !== "finished");
          expect(new Set(begun)).toEqual(run.active);
          const unstocked = causesOf(run).reduce((total, { images: some }) => total + some.length, 0);
          expect(unstocked).toBe(images.length - countStocked(run));
        }
      }),
    );
  });

  it("sums the sizes of what is pulled and present", () => {
    fc.assert(
      fc.property(arbitraryEvents, (events) => {
        for (const run of listRuns(fold(events))) {
          const sizeOf = (outcome: string) =>
            [...run.images.values()]
              .filter((image) => outcomeOfImage(image) === outcome)
              .reduce((total, image) => total + (image.sizeBytes ?? 0), 0);
          expect(run.bytes).toEqual({ pulled: sizeOf("pulled"), present: sizeOf("present") });
        }
      }),
    );
  });

  it("knows the last failure of an image", () => {
    const run = foldOne(tell(sampleMiddle));
    const slow = run.images.get("docker.io/library/slow:2");
    expect(slow && lastFailure(slow)).toMatchObject({ class: "rate-limited", attempt: 1 });
  });
});
