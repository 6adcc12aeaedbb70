import { afterAll, beforeAll, expect, it } from "vitest";
import type { ApiObject } from "#domain/cluster/api-object.ts";
import { imagesAnnotation } from "#domain/manifests/images-annotation.ts";
import { stockLabels } from "#domain/manifests/labels.ts";
import { EVENT_SCHEMA, type EventBody, type LarderEvent } from "#domain/run/event.ts";
import { foldEvent } from "#domain/run/fold.ts";
import { emptyRuns } from "#domain/run/run-record.ts";
import { listRuns, outcomeOfImage } from "#domain/run/selectors.ts";
import { encodeTerminationMessage } from "#domain/run/termination-message.ts";
import type { StockMethod } from "#domain/stock/stock.ts";
import { systemClock } from "#effects/system/clock.ts";
import { parseEventLine } from "#inputs/event-stream/event-line.ts";
import type { KubernetesApi } from "#ports/kubernetes.ts";
import { awaitStocks } from "#workflows/awaiting/await-stocks.ts";
import type { AwaitedStock } from "#workflows/awaiting/awaited-stock.ts";
import { snapshotStocks } from "#workflows/awaiting/snapshot.ts";
import { openApi } from "./harness/api.ts";
import { closeSpace, makeSpace, type Space } from "./harness/space.ts";

/** What real kubelets tell of shelves and agents is understood, through the real client. */
const NODES = ["kubelet-1-34", "kubelet-1-35", "kubelet-1-37", "cri-o"];
const LONG = 90_000;
const signal = AbortSignal.timeout(300_000);
const clock = systemClock();
let api: KubernetesApi;
let space: Space;
let app: string;
let missing: string;

beforeAll(async () => {
  api = await openApi();
  space = await makeSpace();
  [app = ""] = await space.images(["app"], { registry: "open" });
  missing = app.replace("/app:1", "/missing:1");
});

afterAll(async () => {
  const namespaces = { resource: "namespaces", name: `${space.namespace}-agents` } as const;
  await api.delete(namespaces, {}, AbortSignal.timeout(30_000));
  await closeSpace(space);
  api.close();
});

function stock(method: StockMethod): AwaitedStock {
  const names = NODES as unknown as AwaitedStock["nodes"]["names"];
  const nodes = { os: "linux", architectures: [], requirements: [], names, tolerations: [] } as const;
  const images = [{ image: app }, { image: missing }];
  return { name: method, namespace: space.namespace, method, images, nodes, graceMs: 0 };
}

function daemonSet(
  name: string,
  namespace: string,
  role: string,
  images: Record<string, string[]>,
  spec: object,
): ApiObject {
  const labels = { ...stockLabels(name), "larder.dev/role": role, "larder.dev/shelf": `${name}-1` };
  const annotations = imagesAnnotation(new Map(Object.entries(images)));
  const term = { matchExpressions: [{ key: "kubernetes.io/hostname", operator: "In", values: NODES }] };
  const affinity = {
    nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] } },
  };
  const pod = { terminationGracePeriodSeconds: 0, automountServiceAccountToken: false, affinity, ...spec };
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name: `${name}-${role}`, namespace, labels },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels, annotations }, spec: pod } },
  };
}

async function awaitOne(awaited: AwaitedStock, presentBeforeMs: number) {
  const runs = emptyRuns();
  const warnings: string[] = [];
  const emit = (node: string, body: EventBody, time = new Date(clock.now()).toISOString()): void => {
    foldEvent(runs, { schema: EVENT_SCHEMA, run: "run-1", node, time, ...body });
  };
  const parseEvent = (line: string): LarderEvent | undefined => {
    const event = parseEventLine(line);
    return event.ok ? event.value : undefined;
  };
  const warn = (code: string, message: string): void => void warnings.push(`${code}: ${message}`);
  const plan = { larder: "0.0.0", stocks: [awaited], timeoutMs: LONG, presentBeforeMs };
  const outcome = await awaitStocks(plan, { api, clock, emit, warn, parseEvent }, signal);
  return { outcome, warnings, runs: listRuns(runs) };
}

it("the shelves of all kinds of nodes are understood", async () => {
  const awaited = stock("kubelet");
  const containers = [app, missing].map((image, index) => ({
    name: `image-${index}`,
    image,
    imagePullPolicy: "Always",
  }));
  const images = { "image-0": [app], "image-1": [missing] };
  const startedMs = clock.now() - 5_000;
  const applied = await api.apply(daemonSet("kubelet", space.namespace, "shelf", images, { containers }), {}, signal);
  expect(applied).toMatchObject({ ok: true });
  const { outcome, runs } = await awaitOne(awaited, startedMs);
  expect(outcome).toEqual({ ok: true, value: "incomplete" });
  expect(runs.map(({ node }) => node).toSorted()).toEqual(NODES.toSorted());
  for (const run of runs) {
    const outcomes = Array.from(run.images.values(), (image) => [image.image, outcomeOfImage(image)]);
    expect(outcomes, run.node).toEqual([
      [app, "pulled"],
      [missing, "failed"],
    ]);
    expect(run.images.get(missing)?.state, run.node).toMatchObject({ class: "not-found" });
  }
  const again = await awaitOne(awaited, clock.now());
  expect(again.runs.map((run) => run.counts.present)).toEqual([1, 1, 1, 1]);
  const snapshot = await snapshotStocks([awaited], api, signal);
  expect(snapshot.ok && snapshot.value.nodes.map(({ node }) => node)).toEqual(NODES.toSorted());
});

it("an agent's result and its log come from every kind of node", async () => {
  const namespace = `${space.namespace}-agents`;
  await api.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } }, {}, signal);
  const message = encodeTerminationMessage({
    outcome: "incomplete",
    durationMs: 1,
    images: [{ outcome: "pulled" }, { outcome: "failed", class: "not-found", message: "no such image" }],
  });
  const head = { schema: EVENT_SCHEMA, run: "x", node: "y", time: "2026-01-01T00:00:00.000Z" } as const;
  const image = { image: app, names: [app], attempts: 1, durationMs: 1, sizeBytes: 4_242 };
  const finish = { durationMs: 1, pulled: 1, present: 0, failed: 1 };
  const log: readonly LarderEvent[] = [
    { ...head, kind: "run-started", larder: "0.0.0", method: "cri", images: [], parallel: 8, timeoutMs: 1 },
    { ...head, kind: "image-finished", outcome: "pulled", ...image },
    { ...head, kind: "run-finished", outcome: "incomplete", ...finish },
  ];
  const script = `printf '%s' "$MESSAGE" > /dev/termination-log; printf '%s\\n' "$LOG"; echo words >&2`;
  const env = [
    { name: "MESSAGE", value: message },
    { name: "LOG", value: log.map((event) => JSON.stringify(event)).join("\n") },
  ];
  const initContainers = [{ name: "fetch-0", image: app, command: ["/bin/sh", "-c", script], env }];
  const spec = { initContainers, containers: [{ name: "idle", image: app }] };
  const agents = daemonSet("cri", namespace, "agent", { "fetch-0": [app, missing] }, spec);
  // The account of a new namespace comes a moment later, and until then no pod.
  expect(await api.apply(agents, {}, signal)).toMatchObject({ ok: true });
  const { outcome, runs, warnings } = await awaitOne(stock("cri"), clock.now());
  expect([outcome, warnings]).toEqual([{ ok: true, value: "incomplete" }, []]);
  for (const run of runs) {
    expect(run.images.get(app), run.node).toMatchObject({ sizeBytes: 4_242, state: { outcome: "pulled" } });
    expect(run.images.get(missing)?.state, run.node).toMatchObject({ outcome: "failed", message: "no such image" });
  }
  expect(runs).toHaveLength(NODES.length);
});
