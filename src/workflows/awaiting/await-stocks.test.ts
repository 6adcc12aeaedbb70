import { describe, expect, it } from "vitest";
import { EVENT_SCHEMA, type EventBody, type LarderEvent } from "#domain/run/event.ts";
import { foldEvent } from "#domain/run/fold.ts";
import { emptyRuns, type RunRecord } from "#domain/run/run-record.ts";
import { listRuns, outcomeOfImage, outcomeOfRun } from "#domain/run/selectors.ts";
import { encodeTerminationMessage } from "#domain/run/termination-message.ts";
import { FakeKubernetes } from "../../../test/kit/fake-kubernetes/fake-kubernetes.ts";
import { type ContainerTold, nodeObject, podObject, SECOND } from "../../../test/kit/larder-pods.ts";
import { VirtualClock } from "../../../test/kit/virtual-clock.ts";
import { awaitStocks } from "./await-stocks.ts";
import type { AwaitedStock } from "./awaited-stock.ts";

const START = Date.parse("2026-01-01T00:00:00Z");
const app = "quay.io/acme/app:1";
const db = "quay.io/acme/db:1";
const missing: ContainerTold = {
  waiting: "ErrImagePull",
  message: `rpc error: code = NotFound desc = ${db}: not found`,
};
const backOff: ContainerTold = {
  waiting: "ImagePullBackOff",
  message: `Back-off pulling image "${db}": ErrImagePull: rpc error: code = NotFound desc = ${db}: not found`,
};
const throttled: ContainerTold = { waiting: "ErrImagePull", message: "pull QPS exceeded" };
const runs = (atMs: number): ContainerTold => ({ runningSinceMs: START + atMs });

function stock(more: Partial<AwaitedStock> = {}): AwaitedStock {
  return {
    name: "qa",
    namespace: "larder",
    method: "kubelet",
    images: [{ image: app }, { image: db }],
    nodes: { os: "linux", architectures: [], requirements: [], names: [], tolerations: [] },
    graceMs: 0,
    ...more,
  };
}

/** A cluster, and what happens in it at which ms; `done` is what awaiting it gives. */
async function scene(script: {
  readonly stocks?: readonly AwaitedStock[];
  readonly timeoutMs?: number;
  readonly before?: (cluster: FakeKubernetes) => void;
  readonly at?: Readonly<Record<number, (cluster: FakeKubernetes, interrupt: () => void) => void>>;
}) {
  const { stocks = [stock()], timeoutMs = 600 * SECOND, before, at = {} } = script;
  const clock = new VirtualClock(START);
  const cluster = new FakeKubernetes({ now: () => clock.now() });
  const interrupt = new AbortController();
  const events: LarderEvent[] = [];
  const warnings: string[] = [];
  const emit = (node: string, body: EventBody, time = new Date(clock.now()).toISOString()): void => {
    events.push({ schema: EVENT_SCHEMA, run: "run-1", node, time, ...body });
  };
  before?.(cluster);
  const over = new AbortController();
  for (const [ms, happen] of Object.entries(at)) {
    void clock.sleep(Number(ms), over.signal).then(() => {
      if (!over.signal.aborted) happen(cluster, () => interrupt.abort());
    });
  }
  const parseEvent = (line: string): LarderEvent => JSON.parse(line) as LarderEvent;
  const warn = (code: string, message: string): void => void warnings.push(`${code}: ${message}`);
  const plan = { larder: "0.1.0", stocks, timeoutMs, presentBeforeMs: START };
  const answer = await clock.run(
    awaitStocks(plan, { api: cluster, clock, emit, warn, parseEvent }, interrupt.signal).finally(() => over.abort()),
  );
  expect(clock.pending).toBe(0);
  const folded = emptyRuns();
  for (const event of events) foldEvent(folded, event);
  const nodes = Object.fromEntries(listRuns(folded).map((run) => [run.node, run]));
  for (const run of listRuns(folded)) expect(outcomeOfRun(run), run.node).not.toBe("unfinished");
  const tookMs = clock.monotonic();
  return { outcome: answer.ok ? answer.value : answer.error, events, warnings, nodes, tookMs, cluster };
}

function outcomes(run: RunRecord | undefined): Record<string, string> {
  return Object.fromEntries(Array.from(run?.images.values() ?? [], (image) => [image.image, outcomeOfImage(image)]));
}

const shelf = (node: string, told: Readonly<Record<string, ContainerTold>>) => podObject({ node, told });
const agent = (node: string, told: Readonly<Record<string, ContainerTold>>) => podObject({ node, told, role: "agent" });

/** A node whose kubelet does not answer: its logs never come. */
function stall(api: FakeKubernetes): void {
  api.readLog = async (_container, _take, signal) => {
    await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
    return { ok: false, error: { kind: "aborted", action: "read a log", message: "nobody waits" } };
  };
}

describe("a node that is cut off", () => {
  const taints = ["NoSchedule", "NoExecute"].map((effect) => ({ key: "node.kubernetes.io/unreachable", effect }));
  const cut = nodeObject("a", { taints, isReady: false });

  it("in mid-run is waited for until it is back", async () => {
    const { outcome, nodes, warnings, tookMs } = await scene({
      before: (api) => api.put(nodeObject("a")),
      at: {
        1_000: (api) => api.put(shelf("a", { [app]: "creating", [db]: "creating" })),
        2_000: (api) => api.put(cut),
        60_000: (api) => api.put(nodeObject("a")),
        70_000: (api) => api.put(shelf("a", { [app]: runs(70_000), [db]: runs(70_000) })),
      },
    });
    expect([outcome, tookMs, warnings]).toEqual(["stocked", 70_000, []]);
    expect(outcomes(nodes["a"])).toEqual({ [app]: "pulled", [db]: "pulled" });
  });

  it("when the waiting begins is waited for if pods are there, and else named as left out", async () => {
    const there = await scene({
      timeoutMs: 5_000,
      before: (api) => {
        api.put(cut);
        api.put(shelf("a", { [app]: "creating", [db]: "creating" }));
      },
    });
    expect([there.outcome, there.warnings]).toEqual(["deadline", []]);
    expect(there.events.find(({ kind }) => kind === "warning")).toMatchObject({ code: "NODE_NOT_READY" });
    const absent = await scene({
      before: (api) => {
        api.put(cut);
        api.put(nodeObject("b"));
        api.put(shelf("b", { [app]: runs(0), [db]: runs(0) }));
      },
    });
    expect(absent.outcome).toBe("stocked");
    expect(absent.warnings).toEqual([
      expect.stringMatching(/^NODES_LEFT_OUT: left out: the node a, where it has the taint/),
    ]);
  });
});

describe("awaitStocks, method kubelet", () => {
  it("ends as soon as all nodes have all, with the durations that the kubelets tell", async () => {
    const { outcome, nodes, events, tookMs, cluster } = await scene({
      before: (api) => ["a", "b"].forEach((name) => api.put(nodeObject(name))),
      at: {
        1_000: (api) => ["a", "b"].forEach((name) => api.put(shelf(name, { [app]: "creating", [db]: "creating" }))),
        3_000: (api) => api.put(shelf("a", { [app]: runs(2_000), [db]: "creating" })),
        9_000: (api) => ["a", "b"].forEach((name) => api.put(shelf(name, { [app]: runs(2_000), [db]: runs(8_000) }))),
      },
    });
    expect([outcome, tookMs]).toEqual(["stocked", 9_000]);
    expect(outcomes(nodes["a"])).toEqual({ [app]: "pulled", [db]: "pulled" });
    expect(nodes["a"]?.images.get(db)?.attempts).toMatchObject([{ result: "succeeded", durationMs: 6_000 }]);
    expect(events.filter(({ kind }) => kind === "run-started")[0]).toMatchObject({ method: "kubelet", parallel: null });
    expect(events.at(-1)).toMatchObject({ kind: "run-finished", pulled: 2, present: 0, failed: 0 });
    expect(cluster.calls.map(({ verb, resource }) => `${verb} ${resource}`).toSorted()).toEqual([
      "watch nodes",
      "watch pods",
    ]);
  });

  it("calls present what ran before", async () => {
    const { outcome, nodes } = await scene({
      before: (api) => {
        api.put(nodeObject("a"));
        api.put(shelf("a", { [app]: runs(-60_000), [db]: runs(0) }));
      },
    });
    expect([outcome, outcomes(nodes["a"])]).toEqual(["stocked", { [app]: "present", [db]: "pulled" }]);
  });

  it("ends at once where an image is missing, and says so in the registry's words", async () => {
    const { outcome, nodes, events, tookMs } = await scene({
      before: (api) => api.put(nodeObject("a")),
      at: {
        1_000: (api) => api.put(shelf("a", { [app]: "creating", [db]: missing })),
        2_000: (api) => api.put(shelf("a", { [app]: runs(2_000), [db]: backOff })),
      },
    });
    expect([outcome, tookMs]).toEqual(["incomplete", 2_000]);
    expect(outcomes(nodes["a"])).toEqual({ [app]: "pulled", [db]: "failed" });
    const finished = events.find((event) => event.kind === "image-finished" && event.image === db);
    expect(finished).toMatchObject({
      class: "not-found",
      message: `rpc error: code = NotFound desc = ${db}: not found`,
    });
  });

  it("gives a missing image its grace, and counts each attempt once", async () => {
    const late = await scene({
      stocks: [stock({ graceMs: 30 * SECOND })],
      before: (api) => {
        api.put(nodeObject("a"));
        api.put(shelf("a", { [app]: runs(0), [db]: missing }));
      },
      at: { 5_000: (api) => api.put(shelf("a", { [app]: runs(0), [db]: backOff })) },
    });
    expect([late.outcome, late.tookMs]).toEqual(["incomplete", 30_000]);
    const pushed = await scene({
      stocks: [stock({ graceMs: 30 * SECOND })],
      before: (api) => {
        api.put(nodeObject("a"));
        api.put(shelf("a", { [app]: runs(0), [db]: missing }));
      },
      at: {
        5_000: (api) => api.put(shelf("a", { [app]: runs(0), [db]: backOff })),
        15_000: (api) => api.put(shelf("a", { [app]: runs(0), [db]: missing })),
        25_000: (api) => api.put(shelf("a", { [app]: runs(0), [db]: runs(25_000) })),
      },
    });
    expect([pushed.outcome, pushed.tookMs]).toEqual(["stocked", 25_000]);
    const results = pushed.nodes["a"]?.images.get(db)?.attempts.map(({ result }) => result);
    expect(results).toEqual(["failed", "failed", "succeeded"]);
  });

  it("waits while a failure passes by itself", async () => {
    const { outcome, nodes } = await scene({
      before: (api) => {
        api.put(nodeObject("a"));
        api.put(shelf("a", { [app]: throttled, [db]: runs(0) }));
      },
      at: { 20_000: (api) => api.put(shelf("a", { [app]: runs(19_000), [db]: runs(0) })) },
    });
    expect(outcome).toBe("stocked");
    expect(nodes["a"]?.images.get(app)?.attempts).toMatchObject([{ class: "rate-limited" }, { result: "succeeded" }]);
  });

  it("warns of what is pulled and held by nobody", async () => {
    const { outcome, nodes } = await scene({
      before: (api) => {
        api.put(nodeObject("a"));
        const cannotMount: ContainerTold = { waiting: "CreateContainerError", message: 'failed to mkdir ""' };
        api.put(shelf("a", { [app]: runs(0), [db]: cannotMount }));
      },
    });
    expect([outcome, outcomes(nodes["a"])[db]]).toEqual(["stocked", "pulled"]);
    expect(nodes["a"]?.warnings).toMatchObject([{ code: "IMAGE_NOT_HELD", message: expect.stringContaining(db) }]);
  });
});

describe("awaitStocks, nodes", () => {
  it("tells at the deadline what is not there, and why", async () => {
    const { outcome, nodes, tookMs } = await scene({
      timeoutMs: 60 * SECOND,
      before: (api) => {
        api.put(nodeObject("away", { isReady: false }));
        api.put(nodeObject("empty"));
        api.put(nodeObject("slow"));
        api.put(shelf("slow", { [app]: runs(0), [db]: throttled }));
      },
    });
    expect([outcome, tookMs]).toEqual(["deadline", 60_000]);
    expect(outcomes(nodes["slow"])).toEqual({ [app]: "pulled", [db]: "deadline" });
    const why = (node: string, image: string) => nodes[node]?.images.get(image)?.state;
    expect(why("slow", db)).toMatchObject({ class: "rate-limited", message: "pull QPS exceeded" });
    expect(why("empty", app)).toMatchObject({ message: expect.stringContaining("no pod of the Stock came") });
    expect(why("away", app)).toMatchObject({ message: expect.stringContaining("is not ready since 2026") });
    expect(nodes["away"]?.warnings).toMatchObject([{ code: "NODE_NOT_READY" }]);
  });

  it("does not wait for nodes that leave, and waits for those that join", async () => {
    const { outcome, nodes, tookMs } = await scene({
      before: (api) => ["a", "b"].forEach((name) => api.put(nodeObject(name))),
      at: {
        1_000: (api) => api.put(shelf("a", { [app]: runs(1_000), [db]: runs(1_000) })),
        2_000: (api) => api.put(nodeObject("c")),
        3_000: (api) => api.remove({ resource: "nodes", name: "b" }),
        8_000: (api) => api.put(shelf("c", { [app]: runs(7_000), [db]: runs(8_000) })),
      },
    });
    expect([outcome, tookMs]).toEqual(["stocked", 8_000]);
    expect(nodes["b"]?.warnings).toEqual([{ code: "NODE_LEFT", message: "the node b left the cluster" }]);
    expect(outcomes(nodes["b"])).toEqual({});
    expect(outcomes(nodes["c"])).toEqual({ [app]: "pulled", [db]: "pulled" });
  });

  it("begins anew on a node that comes back empty", async () => {
    const { outcome, nodes, tookMs } = await scene({
      before: (api) => ["a", "b"].forEach((name) => api.put(nodeObject(name))),
      at: {
        1_000: (api) => api.put(shelf("a", { [app]: runs(1_000), [db]: runs(1_000) })),
        2_000: (api) => {
          api.remove({ resource: "nodes", name: "a" });
          api.remove({ resource: "pods", namespace: "larder", name: "shelf-qa-a" });
        },
        3_000: (api) => api.put(nodeObject("a")),
        4_000: (api) => api.put(shelf("b", { [app]: runs(4_000), [db]: runs(4_000) })),
        9_000: (api) => api.put(shelf("a", { [app]: runs(8_000), [db]: runs(9_000) })),
      },
    });
    expect([outcome, tookMs]).toEqual(["stocked", 9_000]);
    expect(outcomes(nodes["a"])).toEqual({ [app]: "pulled", [db]: "pulled" });
  });

  it("names what it leaves out, and does not end well where no node is meant", async () => {
    const taints = [{ key: "gpu", value: "yes", effect: "NoSchedule" }];
    const { outcome, warnings, events } = await scene({
      before: (api) => {
        api.put(nodeObject("win", { os: "windows" }));
        api.put(nodeObject("gpu-1", { taints }));
        api.put(nodeObject("gpu-2", { taints }));
      },
    });
    expect([outcome, events]).toEqual(["incomplete", []]);
    expect(warnings).toEqual([
      "NODES_LEFT_OUT: left out: the node win, where it runs windows",
      expect.stringMatching(
        /^NODES_LEFT_OUT: left out: 2 nodes gpu-1, gpu-2, where it has the taint gpu=yes:NoSchedule/,
      ),
      "NO_NODES: no node of the cluster is meant",
    ]);
  });

  it("waits for several Stocks at once", async () => {
    const { outcome, nodes, cluster } = await scene({
      stocks: [stock({ images: [{ image: app }] }), stock({ name: "dev", images: [{ image: app }, { image: db }] })],
      before: (api) => {
        api.put(nodeObject("a"));
        api.put(podObject({ node: "a", told: { [app]: runs(0) } }));
      },
      at: {
        7_000: (api) => api.put(podObject({ node: "a", stock: "dev", told: { [app]: runs(6_000), [db]: missing } })),
      },
    });
    expect([outcome, outcomes(nodes["a"])]).toEqual(["incomplete", { [app]: "pulled", [db]: "failed" }]);
    expect(cluster.calls).toHaveLength(2);
  });
});

describe("awaitStocks, the API", () => {
  it.each([false, true])("tells a gap once, and goes on with what changed in it: expired %s", async (isExpired) => {
    const { outcome, warnings } = await scene({
      stocks: [stock({ method: "hybrid", images: [{ image: app }] })],
      before: (api) => api.put(nodeObject("a")),
      at: {
        4_000: (api) => api.interrupt(),
        5_000: (api) => {
          api.put(shelf("a", { [app]: runs(4_000) }));
          api.resume({ isExpired });
        },
      },
    });
    expect(outcome).toBe("stocked");
    expect(warnings).toEqual([expect.stringMatching(/^API_INTERRUPTED: cannot watch: connection refused; it is/)]);
  });

  it("fails where a right is missing", async () => {
    const { outcome, events } = await scene({
      before: (api) => {
        api.put(nodeObject("a"));
        api.failNext({ kind: "forbidden", message: "pods is forbidden" }, ({ resource }) => resource === "pods");
      },
    });
    expect(outcome).toMatchObject({ kind: "forbidden", message: "pods is forbidden" });
    expect(events.at(-1)).toMatchObject({ kind: "run-finished", outcome: "incomplete", failed: 2 });
  });

  it("is unreachable where nothing ever answers", async () => {
    const { outcome, tookMs } = await scene({ timeoutMs: 9_000, before: (api) => api.interrupt() });
    expect([outcome, tookMs]).toEqual(["unreachable", 9_000]);
  });

  it("tells all when it is interrupted", async () => {
    const { outcome, nodes, tookMs } = await scene({
      before: (api) => {
        api.put(nodeObject("a"));
        api.put(shelf("a", { [app]: runs(0), [db]: "creating" }));
      },
      at: { 4_000: (_, interrupt) => interrupt() },
    });
    expect([outcome, tookMs]).toEqual(["interrupted", 4_000]);
    expect(outcomes(nodes["a"])).toEqual({ [app]: "pulled", [db]: "interrupted" });
  });
});

describe("awaitStocks, agents", () => {
  const list = `${app} ${db}`;
  const told = encodeTerminationMessage({
    outcome: "incomplete",
    durationMs: 4_000,
    images: [{ outcome: "pulled" }, { outcome: "failed", class: "not-found", message: "no such image" }],
  });
  const cri = [stock({ method: "cri" })];
  const ended: ContainerTold = { endedMs: START + 6_000, message: told };
  const fetch0 = { namespace: "larder-agents", pod: "agent-qa-a", container: "fetch-0" };
  const before = (api: FakeKubernetes): void => {
    api.put(nodeObject("a"));
    api.put(agent("a", { [list]: runs(1_000) }));
  };
  const end = (api: FakeKubernetes): void => void api.put(agent("a", { [list]: ended }));

  it("takes the agent's own stream, at its own time", async () => {
    const head = { schema: EVENT_SCHEMA, run: "x", node: "elsewhere" } as const;
    const about = { image: app, attempt: 1, credential: "secret ci/quay", durationMs: 3_000 };
    const image = { names: [app], attempts: 1, durationMs: 3_000, sizeBytes: 77 };
    const log: LarderEvent[] = [
      {
        ...head,
        time: "2026-01-01T00:00:01.000Z",
        kind: "run-started",
        larder: "0.1.0",
        method: "cri",
        images: [],
        parallel: 8,
        timeoutMs: 9,
      },
      {
        ...head,
        time: "2026-01-01T00:00:04.000Z",
        kind: "pull-succeeded",
        ...about,
        sizeBytes: 77,
        imageRef: "sha256:1",
      },
      { ...head, time: "2026-01-01T00:00:04.000Z", kind: "image-finished", image: app, outcome: "pulled", ...image },
      {
        ...head,
        time: "2026-01-01T00:00:05.000Z",
        kind: "run-finished",
        outcome: "incomplete",
        durationMs: 4_000,
        pulled: 1,
        present: 0,
        failed: 0,
      },
    ];
    const { outcome, nodes, cluster, events } = await scene({
      stocks: cri,
      before: (api) => {
        before(api);
        const lines = log.map((event) => `${JSON.stringify(event)}\n`).join("");
        api.setLog(fetch0, `larder: starts in 3 s\n${lines}`);
      },
      at: { 6_000: end },
    });
    expect(outcome).toBe("incomplete");
    expect(nodes["a"]?.images.get(app)).toMatchObject({ sizeBytes: 77, attempts: [{ credential: "secret ci/quay" }] });
    expect(outcomes(nodes["a"])).toEqual({ [app]: "pulled", [db]: "failed" });
    expect(events.find(({ kind }) => kind === "pull-succeeded")?.time).toBe("2026-01-01T00:00:04.000Z");
    expect(cluster.calls.filter(({ verb }) => verb === "readLog")).toHaveLength(1);
  });

  it.each(["none", "stuck", "garbage"])("falls back to the termination message: log %s", async (log) => {
    const { outcome, nodes, tookMs } = await scene({
      stocks: cri,
      before: (api) => {
        before(api);
        if (log === "stuck") stall(api);
        if (log === "garbage") api.setLog(fetch0, '{"kind":"run-started"}\n{"half');
      },
      at: { 6_000: end },
    });
    expect([outcome, tookMs]).toEqual(["incomplete", log === "stuck" ? 16_000 : 6_000]);
    expect(outcomes(nodes["a"])).toEqual({ [app]: "pulled", [db]: "failed" });
    expect(nodes["a"]?.images.get(db)?.state).toMatchObject({ class: "not-found", message: "no such image" });
  });

  it("ends with the message when the time is over while a log is read", async () => {
    const { outcome, nodes, tookMs } = await scene({
      stocks: cri,
      timeoutMs: 8_000,
      before: (api) => {
        before(api);
        stall(api);
      },
      at: { 6_000: end },
    });
    expect([outcome, tookMs]).toEqual(["incomplete", 8_000]);
    expect(outcomes(nodes["a"])).toEqual({ [app]: "pulled", [db]: "failed" });
  });

  it("hybrid: the shelf decides, and the agent's words explain", async () => {
    const { outcome, nodes, cluster } = await scene({
      stocks: [stock({ method: "hybrid", graceMs: 5_000 })],
      before: (api) => {
        before(api);
        end(api);
        api.put(shelf("a", { [app]: "creating", [db]: missing }));
      },
      at: { 3_000: (api) => api.put(shelf("a", { [app]: runs(3_000), [db]: backOff })) },
    });
    expect([outcome, outcomes(nodes["a"])]).toEqual(["incomplete", { [app]: "pulled", [db]: "failed" }]);
    expect(nodes["a"]?.images.get(db)?.state).toMatchObject({ message: "no such image" });
    expect(cluster.calls).toHaveLength(3);
  });
});
