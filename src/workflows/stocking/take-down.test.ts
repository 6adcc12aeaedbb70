import { beforeEach, describe, expect, it } from "vitest";
import { FakeKubernetes } from "../../../test/kit/fake-kubernetes/fake-kubernetes.ts";
import { nodeObject, podObject } from "../../../test/kit/larder-pods.ts";
import { sampleNode } from "../../../test/kit/sample-nodes.ts";
import { samplePlan } from "../../../test/kit/sample-plan.ts";
import { VirtualClock } from "../../../test/kit/virtual-clock.ts";
import { MANAGED_BY_LABEL } from "../../domain/manifests/labels.ts";
import { manifestsOf } from "../../domain/manifests/manifests.ts";
import { ok } from "../../domain/result.ts";
import type { DeleteOptions, NamespacedQuery } from "../../ports/kubernetes.ts";
import { putUp } from "./put-up.ts";
import { type TakeDownOptions, takeDown } from "./take-down.ts";

const { signal } = new AbortController();
const nothingElse: TakeDownOptions = { nodeLabels: new Map(), labelKeys: [], wait: false };

let api: FakeKubernetes;
let clock: VirtualClock;

beforeEach(() => {
  clock = new VirtualClock();
  api = new FakeKubernetes({ now: () => clock.now() });
});

async function up(name: string, method: "kubelet" | "hybrid" = "kubelet") {
  const plan = await samplePlan({ name, spec: `{images: [quay.io/a/b:1], method: ${method}}`, nodes: [sampleNode()] });
  await clock.run(
    putUp({ name, namespace: "larder", timeoutMs: 60_000 }, manifestsOf(plan), { api, clock, tell: () => {} }, signal),
  );
}

const down = (name: string, options: Partial<TakeDownOptions> = {}, until: AbortSignal = signal) =>
  clock.run(takeDown({ name, namespace: "larder" }, { ...nothingElse, ...options }, { api, clock }, until));

const left = (): string[] =>
  (["namespaces", "daemonsets", "configmaps", "secrets", "pods"] as const)
    .flatMap((resource) => api.all(resource))
    .filter(({ metadata }) => metadata.labels?.[MANAGED_BY_LABEL] !== undefined)
    .map(({ kind, metadata }) => `${kind} ${metadata.name}`);

describe("takeDown", () => {
  it("takes away all of a Stock, the namespaces that Larder made included", async () => {
    await up("qa", "hybrid");
    expect(left().length).toBeGreaterThan(4);
    const taken = await down("qa");
    expect(taken).toMatchObject({ ok: true, value: { namespaces: ["larder", "larder-agents"], left: [] } });
    expect(left()).toEqual([]);
  });

  it("finds nothing the second time", async () => {
    await up("qa");
    await down("qa");
    expect(await down("qa")).toEqual({
      ok: true,
      value: { objects: 0, namespaces: [], unlabelled: [], left: [] },
    });
  });

  it("leaves another Stock of the namespace alone, and with it the namespace", async () => {
    await up("qa");
    await up("dev");
    expect(await down("qa")).toMatchObject({ ok: true, value: { namespaces: [] } });
    expect(left()).toEqual([
      "Namespace larder",
      expect.stringMatching(/^DaemonSet dev-open-1-volume/),
      "ConfigMap larder-stock-dev",
    ]);
    expect(await down("dev")).toMatchObject({ ok: true, value: { namespaces: ["larder"] } });
  });

  it("leaves a namespace that somebody else made", async () => {
    api.put({ apiVersion: "v1", kind: "Namespace", metadata: { name: "larder" } });
    await up("qa");
    expect(await down("qa")).toMatchObject({ ok: true, value: { objects: 2, namespaces: [] } });
    expect(api.all("namespaces").map(({ metadata }) => metadata.name)).toContain("larder");
  });

  it("takes labels off nodes that have them, and off no others", async () => {
    const labelled = (name: string, labels: Record<string, string>) => {
      const node = nodeObject(name);
      api.put({ ...node, metadata: { ...node.metadata, labels: { ...node.metadata.labels, ...labels } } });
    };
    labelled("a", { "acme/stocked": "yes", "larder.dev/group": "g" });
    labelled("b", { "acme/stocked": "no" });
    labelled("c", {});
    await up("qa");
    const taken = await down("qa", {
      nodeLabels: new Map([["acme/stocked", "yes"]]),
      labelKeys: ["larder.dev/group"],
    });
    expect(taken).toMatchObject({ ok: true, value: { unlabelled: ["a"] } });
    const labels = api.all("nodes").map(({ metadata }) => metadata.labels?.["acme/stocked"] ?? "none");
    expect(labels).toEqual(["none", "no", "none"]);
  });

  describe("with wait", () => {
    /** A kubelet that takes its time: pods are deleted, and are there yet. */
    const slowly = () =>
      new Proxy(api, {
        get(target, key) {
          if (key === "deleteAll")
            return async (query: NamespacedQuery, options: DeleteOptions, until: AbortSignal) =>
              query.resource === "pods" ? ok(undefined) : target.deleteAll(query, options, until);
          const member: unknown = Reflect.get(target, key);
          // Its methods need the object itself, for its private fields.
          return typeof member === "function"
            ? (...args: unknown[]): unknown => Reflect.apply(member, target, args)
            : member;
        },
      });
    const downSlowly = (until: AbortSignal) => {
      const options = { ...nothingElse, wait: true };
      return clock.run(takeDown({ name: "qa", namespace: "larder" }, options, { api: slowly(), clock }, until));
    };

    beforeEach(async () => {
      api.put({ apiVersion: "v1", kind: "Namespace", metadata: { name: "larder" } });
      await up("qa");
      api.put(podObject({ node: "a", told: { "quay.io/a/b:1": { runningSinceMs: 0 } } }));
    });

    it("returns when the pods are gone", async () => {
      const pod = { resource: "pods", namespace: "larder", name: "shelf-qa-a" } as const;
      const begun = clock.monotonic();
      void clock.sleep(3_000).then(() => api.remove(pod));
      expect(await downSlowly(signal)).toMatchObject({ ok: true, value: { left: [] } });
      expect(clock.monotonic() - begun).toBeGreaterThanOrEqual(3_000);
      expect(left()).toEqual([]);
    });

    it("says that not all is gone when the time is over", async () => {
      const deadline = clock.deadline(4_000);
      expect(await downSlowly(deadline.signal)).toMatchObject({ ok: true, value: { left: ["a pod on a"] } });
      expect(left()).toEqual(["Pod shelf-qa-a"]);
    });
  });
});
