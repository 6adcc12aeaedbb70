import { beforeEach, describe, expect, it } from "vitest";
import { FakeKubernetes } from "../../../test/kit/fake-kubernetes/fake-kubernetes.ts";
import { nodeObject } from "../../../test/kit/larder-pods.ts";
import { sampleNode } from "../../../test/kit/sample-nodes.ts";
import { samplePlan } from "../../../test/kit/sample-plan.ts";
import { VirtualClock } from "../../../test/kit/virtual-clock.ts";
import type { ApiObject } from "../../domain/cluster/api-object.ts";
import { MANAGED_BY_LABEL } from "../../domain/manifests/labels.ts";
import { manifestsOf } from "../../domain/manifests/manifests.ts";
import { purgedNodes, purgeManifests } from "../../domain/manifests/purge-manifests.ts";
import type { Removal } from "../../domain/removing/removal.ts";
import { encodeNothingRemoved, encodeRemovalMessage } from "../../domain/removing/removal-message.ts";
import { putUp } from "../stocking/put-up.ts";
import { takeDown } from "../stocking/take-down.ts";
import { type Purged, purgeImages } from "./purge-images.ts";

const stock = { name: "qa", namespace: "larder" };
const images = ["quay.io/a/b:1", "quay.io/a/c:1"];
const names = ["a", "b"];

let api: FakeKubernetes;
let clock: VirtualClock;

beforeEach(() => {
  clock = new VirtualClock();
  api = new FakeKubernetes({ now: () => clock.now() });
  for (const name of names) api.put(nodeObject(name));
});

/** Agents that end 2 s after their DaemonSet came; a node without a message has one that never does. */
function startAgents(messages: Readonly<Record<string, string>>, signal: AbortSignal): void {
  const seen = new Set<string>();
  const start = (set: ApiObject): void => {
    if (seen.has(set.metadata.name ?? "") || !set.metadata.name?.includes("purge")) return;
    seen.add(set.metadata.name);
    for (const node of names) {
      const message = messages[node];
      const state = message === undefined ? { running: {} } : { terminated: { exitCode: 0, message } };
      const pod = {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: `agent-${node}`, namespace: "larder-agents", labels: set.metadata.labels ?? {} },
        spec: { nodeName: node },
        status: { initContainerStatuses: [{ name: "remove-0", state }] },
      };
      void clock.sleep(2_000, signal).then(() => api.put(pod));
    }
  };
  void api.watch(
    { resource: "daemonsets" },
    (set) => set,
    (change) => {
      if (change.kind === "changed") start(change.item);
    },
    signal,
  );
}

async function downWithPurge(messages: Readonly<Record<string, string>>, signal: AbortSignal) {
  const nodes = names.map((name) => sampleNode({ name }));
  const spec = `{images: [${images.join(", ")}], method: cri}`;
  const plan = await samplePlan({ ...stock, spec, nodes });
  await clock.run(putUp({ ...stock, timeoutMs: 60_000 }, manifestsOf(plan), { api, clock, tell: () => {} }, signal));
  const agents = new AbortController();
  startAgents(messages, agents.signal);
  const purge = { stock, objects: purgeManifests(plan, ["quay.io/a/kept:1"]), nodes: purgedNodes(plan) };
  let purged: Purged | undefined;
  const options = {
    nodeLabels: new Map<string, string>(),
    labelKeys: [],
    wait: false,
    purge: async (until: AbortSignal) => {
      const answer = await purgeImages(purge, { api, clock }, until);
      if (answer.ok) purged = answer.value;
      return answer.ok ? ({ ok: true, value: undefined } as const) : answer;
    },
  };
  const taken = await clock.run(takeDown(stock, options, { api, clock }, signal));
  agents.abort();
  return { taken, purged };
}

const ours = (): string[] =>
  (["namespaces", "daemonsets", "configmaps", "pods"] as const)
    .flatMap((resource) => api.all(resource))
    .filter(({ metadata }) => metadata.labels?.[MANAGED_BY_LABEL] !== undefined)
    .map(({ kind, metadata }) => `${kind} ${metadata.name}`);

const removals: readonly Removal[] = [
  { image: "quay.io/a/b:1", outcome: "removed" },
  { image: "quay.io/a/c:1", outcome: "in-use" },
];

describe("a purge", () => {
  it("asks each node for what the Stock listed, and leaves nothing of itself", async () => {
    const messages = { a: encodeRemovalMessage(removals), b: encodeNothingRemoved("no runtime answers") };
    const { taken, purged } = await downWithPurge(messages, new AbortController().signal);
    expect(taken).toMatchObject({ ok: true, value: { namespaces: ["larder", "larder-agents"] } });
    expect(purged?.answers.get("a")).toEqual({ ok: true, value: removals });
    expect(purged?.answers.get("b")).toEqual({ ok: false, error: "no runtime answers" });
    expect(purged?.silent.size).toBe(0);
    expect(ours()).toEqual([]);
  });

  it("starts when the Stock's own objects are gone", async () => {
    await downWithPurge({ a: "", b: "" }, new AbortController().signal);
    const verbs = api.calls.map(
      ({ verb, resource, name }) => `${verb} ${resource} ${name?.replace(/-\w+$/, "") ?? ""}`,
    );
    const emptied = verbs.indexOf("deleteAll daemonsets ");
    const applied = verbs.findIndex((verb) => verb.startsWith("apply daemonsets qa-purge"));
    expect(emptied).toBeGreaterThan(0);
    expect(applied).toBeGreaterThan(emptied);
    expect(verbs.slice(applied)).toContain("deleteAll daemonsets ");
  });

  it("is taken away when its time is over, and names the nodes that did not answer", async () => {
    const deadline = clock.deadline(120_000);
    const { taken, purged } = await downWithPurge({ a: encodeRemovalMessage(removals) }, deadline.signal);
    expect(deadline.expired()).toBe(true);
    expect(taken).toMatchObject({ ok: true });
    expect([...(purged?.silent ?? [])]).toEqual([["b", "its agent is still at work"]]);
    expect(purged?.answers.has("a")).toBe(true);
    expect(ours()).toEqual([]);
  });

  it("is taken away where the cluster refuses it", async () => {
    const apply = api.apply.bind(api);
    api.apply = async (object, options, until) => {
      const isPurge = object.kind === "DaemonSet" && object.metadata.name?.includes("purge") === true;
      if (!isPurge) return apply(object, options, until);
      return { ok: false, error: { kind: "forbidden", action: "apply it", message: "no" } };
    };
    const { taken, purged } = await downWithPurge({}, new AbortController().signal);
    expect(taken).toMatchObject({ ok: false, error: { kind: "forbidden" } });
    expect(purged).toBeUndefined();
    expect(ours()).toEqual([]);
  });

  it("takes away what lets its agents run on OpenShift", async () => {
    const spec = `{images: [${images.join()}], method: cri}`;
    const labels = { "node.openshift.io/os_id": "rhcos" };
    const nodes = [sampleNode({ name: "a", runtime: "cri-o://1.35.0", labels })];
    const plan = await samplePlan({ ...stock, spec, nodes, apiGroups: ["config.openshift.io"] });
    const objects = purgeManifests(plan, []);
    expect(objects.map(({ kind }) => kind)).toContain("RoleBinding");
    const deadline = clock.deadline(5_000);
    await clock.run(purgeImages({ stock, objects, nodes: purgedNodes(plan) }, { api, clock }, deadline.signal));
    expect([...api.all("serviceaccounts"), ...api.all("rolebindings"), ...api.all("daemonsets")]).toEqual([]);
  });

  it("runs the agents of the method cri, told apart by the names of their nodes", async () => {
    const nodes = [sampleNode({ name: "a" }), sampleNode({ name: "b", runtime: "cri-o://1.35.0" })];
    const plan = await samplePlan({
      ...stock,
      spec: `{images: [${images.join()}], method: cri}`,
      nodes,
      mayLabel: true,
    });
    const sets = purgeManifests(plan, ["quay.io/a/kept:1"]).filter(({ kind }) => kind === "DaemonSet");
    expect(sets).toHaveLength(2);
    const text = JSON.stringify(sets);
    expect(text).toContain('"matchFields":[{"key":"metadata.name","operator":"In","values":["a"]}]');
    expect(text).not.toContain('"key":"larder.dev/group"');
    expect(text).toContain("--cri-socket=/var/run/crio/crio.sock");
    expect([...purgedNodes(plan)]).toEqual(expect.arrayContaining([["b", images]]));
  });
});
