import { beforeEach, describe, expect, it } from "vitest";
import { FakeKubernetes } from "../../../test/kit/fake-kubernetes/fake-kubernetes.ts";
import { podObject } from "../../../test/kit/larder-pods.ts";
import { sampleNode } from "../../../test/kit/sample-nodes.ts";
import { samplePlan } from "../../../test/kit/sample-plan.ts";
import { VirtualClock } from "../../../test/kit/virtual-clock.ts";
import { imagesByContainer } from "../../domain/manifests/images-annotation.ts";
import { MANAGED_BY, MANAGED_BY_LABEL } from "../../domain/manifests/labels.ts";
import { manifestsOf } from "../../domain/manifests/manifests.ts";
import { type PutUpStep, putUp } from "./put-up.ts";

const stock = { name: "qa", namespace: "larder", timeoutMs: 60_000 };
const { signal } = new AbortController();

let api: FakeKubernetes;
let clock: VirtualClock;
let steps: PutUpStep[];

beforeEach(() => {
  clock = new VirtualClock();
  api = new FakeKubernetes({ now: () => clock.now() });
  steps = [];
});

async function objectsOf(spec: string) {
  return manifestsOf(await samplePlan({ spec, nodes: [sampleNode()] }));
}

async function put(spec: string, until: AbortSignal = signal) {
  steps = [];
  const objects = await objectsOf(spec);
  return clock.run(putUp(stock, objects, { api, clock, tell: (step) => steps.push(step) }, until));
}

const listOf = (count: number): string => Array.from({ length: count }, (_, n) => `quay.io/a/${n}:1`).join(", ");
const changes = (): string[] => steps.map((step) => (step.kind === "applied" ? step.change : step.kind));
const shelvesThere = (): number => api.all("daemonsets").length;

describe("putUp", () => {
  it("creates everything in its order, and changes nothing when it is done again", async () => {
    expect(await put("{images: [quay.io/a/b:1]}")).toMatchObject({ ok: true });
    const kinds = steps.map((step) => (step.kind === "applied" ? step.object.kind : step.kind));
    expect(kinds).toEqual(["Namespace", "ConfigMap", "DaemonSet"]);
    expect(changes()).toEqual(["created", "created", "created"]);
    await put("{images: [quay.io/a/b:1]}");
    expect(changes()).toEqual(["unchanged", "unchanged", "unchanged"]);
  });

  it("starts a shelf when the kubelet can have begun all pulls of the one before, five a second", async () => {
    const started: { at: number; images: number }[] = [];
    const tell = (step: PutUpStep): void => {
      if (step.kind !== "applied" || step.object.kind !== "DaemonSet") return;
      const images = [...imagesByContainer(step.object.metadata.annotations).values()].flat().length;
      started.push({ at: clock.monotonic(), images });
    };
    await clock.run(putUp(stock, await objectsOf(`{images: [${listOf(24)}]}`), { api, clock, tell }, signal));
    expect(started.length).toBeGreaterThan(2);
    let expected = 0;
    for (const { at, images } of started) {
      expect(at).toBe(expected);
      expected += images * 200;
    }
  });

  it("does not wait for what is there already", async () => {
    await put(`{images: [${listOf(24)}]}`);
    const before = clock.monotonic();
    await put(`{images: [${listOf(24)}]}`);
    expect(clock.monotonic()).toBe(before);
  });

  it("takes away what an earlier Stock had, and nothing of others", async () => {
    const foreign = { [MANAGED_BY_LABEL]: MANAGED_BY, "larder.dev/stock": "other" };
    await put(`{images: [${listOf(40)}]}`);
    api.put({
      apiVersion: "apps/v1",
      kind: "DaemonSet",
      metadata: { name: "other-x", namespace: "larder", labels: foreign },
    });
    await put("{images: [quay.io/a/0:1]}");
    expect(changes()).toContain("removed");
    expect(api.all("daemonsets").map(({ metadata }) => metadata.name)).toHaveLength(2);
  });

  it("waits until a namespace that is being deleted is gone, and says so once", async () => {
    const metadata = { name: "larder", deletionTimestamp: "2026-01-01T00:00:00Z" };
    api.put({ apiVersion: "v1", kind: "Namespace", metadata });
    void clock.sleep(5_000).then(() => api.remove({ resource: "namespaces", name: "larder" }));
    expect(await put("{images: [quay.io/a/b:1]}")).toMatchObject({ ok: true });
    expect(changes()).toEqual(["namespace-terminating", "created", "created", "created"]);
    expect(clock.monotonic()).toBeGreaterThanOrEqual(5_000);
  });

  it("says which namespace does not go, when the waiting is ended", async () => {
    const metadata = { name: "larder", deletionTimestamp: "2026-01-01T00:00:00Z" };
    api.put({ apiVersion: "v1", kind: "Namespace", metadata });
    const deadline = clock.deadline(5_000);
    const answer = await put("{images: [quay.io/a/b:1]}", deadline.signal);
    expect(answer).toMatchObject({ ok: false });
    expect(shelvesThere()).toBe(0);
  });

  it("waits for such a namespace as long as the Stock may take", async () => {
    const metadata = { name: "larder", deletionTimestamp: "2026-01-01T00:00:00Z" };
    api.put({ apiVersion: "v1", kind: "Namespace", metadata });
    const message = expect.stringContaining("kubectl describe namespace larder");
    expect(await put("{images: [quay.io/a/b:1]}")).toMatchObject({ ok: false, error: { kind: "deadline", message } });
    expect(clock.monotonic()).toBe(stock.timeoutMs);
  });

  it("ends when the Stock is taken down in the meantime, and takes its own shelves away", async () => {
    api.put({ apiVersion: "v1", kind: "Namespace", metadata: { name: "larder" } });
    void clock
      .sleep(100)
      .then(() => api.remove({ resource: "configmaps", namespace: "larder", name: "larder-stock-qa" }));
    const answer = await put(`{images: [${listOf(24)}]}`);
    expect(answer).toMatchObject({ ok: false, error: { kind: "conflict", action: "put up the Stock qa" } });
    expect(changes().filter((change) => change === "created")).toHaveLength(2);
    expect(shelvesThere()).toBe(0);
  });

  it("leaves a namespace of somebody else as it is", async () => {
    api.put({ apiVersion: "v1", kind: "Namespace", metadata: { name: "larder", labels: { team: "qa" } } });
    await put("{images: [quay.io/a/b:1]}");
    expect(changes()[0]).toBe("unchanged");
    const [larder] = api.all("namespaces").filter(({ metadata }) => metadata.name === "larder");
    expect(larder?.metadata.labels).toEqual({ team: "qa" });
  });

  it("ends with the first refusal", async () => {
    const message = 'cannot patch resource "daemonsets"';
    api.failNext({ kind: "forbidden", message }, ({ verb, resource }) => verb === "apply" && resource === "daemonsets");
    expect(await put("{images: [quay.io/a/b:1]}")).toMatchObject({ ok: false, error: { kind: "forbidden", message } });
  });
});

describe("putUp, done again", () => {
  const spec = "{images: [quay.io/a/b:1]}";
  const backOff = {
    waiting: "ImagePullBackOff",
    message: 'Back-off pulling image "quay.io/a/b:1": ErrImagePull: not found',
  };
  const podNames = (): (string | undefined)[] => api.all("pods").map(({ metadata }) => metadata.name);

  beforeEach(async () => {
    await put(spec);
    api.put(podObject({ node: "good", told: { "quay.io/a/b:1": { runningSinceMs: clock.now() } } }));
    api.put(podObject({ node: "new", told: { "quay.io/a/b:1": "creating" } }));
  });

  it("starts pods again that lack an image, and says how many, and no others", async () => {
    api.put(podObject({ node: "bad", told: { "quay.io/a/b:1": backOff } }));
    await put(spec);
    expect(steps.at(-1)).toEqual({ kind: "started-again", pods: 1 });
    expect(podNames()).toEqual(["shelf-qa-good", "shelf-qa-new"]);
  });

  it("leaves pods of other Stocks alone", async () => {
    api.put(podObject({ node: "bad", stock: "other", told: { "quay.io/a/b:1": backOff } }));
    await put(spec);
    expect(steps.map(({ kind }) => kind)).not.toContain("started-again");
    expect(podNames()).toContain("shelf-other-bad");
  });

  it("needs no right to look at agents where there are none", async () => {
    api.put(podObject({ node: "bad", told: { "quay.io/a/b:1": backOff } }));
    api.failNext(
      { kind: "forbidden", message: "no" },
      ({ verb, resource, namespace }) => verb === "list" && resource === "pods" && namespace === "larder-agents",
    );
    expect(await put(spec)).toMatchObject({ ok: true });
    expect(steps.at(-1)).toEqual({ kind: "started-again", pods: 1 });
  });

  it("ends with the refusal where pods may not be deleted", async () => {
    api.put(podObject({ node: "bad", told: { "quay.io/a/b:1": backOff } }));
    api.failNext(
      { kind: "forbidden", message: "no" },
      ({ verb, resource }) => verb === "delete" && resource === "pods",
    );
    expect(await put(spec)).toMatchObject({ ok: false, error: { kind: "forbidden" } });
  });
});
