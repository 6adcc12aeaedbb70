import { beforeEach, describe, expect, it } from "vitest";
import { FakeKubernetes } from "../../../test/kit/fake-kubernetes/fake-kubernetes.ts";
import { nodeObject } from "../../../test/kit/larder-pods.ts";
import { sampleNode } from "../../../test/kit/sample-nodes.ts";
import { samplePlan } from "../../../test/kit/sample-plan.ts";
import { testWorld } from "../../../test/kit/test-world.ts";
import { textAt } from "../../domain/json/unknown-value.ts";
import { inventoryManifest, inventoryOf } from "../../domain/manifests/inventory.ts";
import { openPurge } from "./purge.ts";
import { makePurgePlan } from "./purge-plan.ts";

const { signal } = new AbortController();
const choices = { agentImage: "registry.test/larder:1" };

let api: FakeKubernetes;

beforeEach(() => {
  api = new FakeKubernetes();
  api.put(nodeObject("a"));
});

async function inventory(name: string, images: string, more = "") {
  return inventoryOf(
    await samplePlan({ name, spec: `{images: [${images}]${more}}`, nodes: [sampleNode({ name: "a" })] }),
    [],
  );
}

const planned = async (images: string, more = "") =>
  makePurgePlan(await inventory("qa", images, more), choices, cluster(), testWorld({ kubernetes: api }).world, signal);

const cluster = () => ({ api, namespace: undefined });

describe("the plan of a purge", () => {
  it("leaves out what another Stock of the namespace lists, in any spelling, and tells the agents of it", async () => {
    api.put(inventoryManifest(await inventory("dev", "docker.io/library/busybox:1")));
    const { plan, kept } = await planned("busybox:1, quay.io/a/b:1");
    expect(kept).toBe(1);
    expect([...plan.nodes]).toEqual([["a", ["quay.io/a/b:1"]]]);
    const lists = plan.objects.find(({ kind }) => kind === "ConfigMap");
    expect(textAt(lists, "data", "remove.txt")).toBe("quay.io/a/b:1\n");
    expect(textAt(lists, "data", "keep.txt")).toBe("docker.io/library/busybox:1\n");
  });

  it("has no agent where no image goes, or no node is meant", async () => {
    api.put(inventoryManifest(await inventory("dev", "busybox:1")));
    expect((await planned("busybox:1")).plan).toMatchObject({ objects: [], nodes: new Map() });
    const elsewhere = await planned("quay.io/a/b:1", ", nodes: {names: [other]}");
    expect(elsewhere.plan).toMatchObject({ objects: [], nodes: new Map() });
  });

  it("is none while nobody knows what another Stock needs", async () => {
    const dev = inventoryManifest(await inventory("dev", "busybox:1"));
    api.put({ ...dev, data: { "inventory.json": "{}" } });
    await expect(planned("quay.io/a/b:1")).rejects.toThrow(/Stock dev.*cannot be purged/);
  });

  it("is made of the file where the Stock is not in the cluster any more", async () => {
    const { world } = testWorld({ kubernetes: api });
    const place = { name: "qa", namespace: "larder" };
    expect(await openPurge(place, choices, cluster(), world, signal)).toBeUndefined();
    const { stock: listed } = await samplePlan({
      spec: "{images: [quay.io/a/b:1]}",
      nodes: [sampleNode({ name: "a" })],
    });
    expect(await openPurge({ ...place, listed }, choices, cluster(), world, signal)).toBeDefined();
  });
});
