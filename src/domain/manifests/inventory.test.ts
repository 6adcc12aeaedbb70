import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sampleNode } from "../../../test/kit/sample-nodes.ts";
import { samplePlan, sampleSecret } from "../../../test/kit/sample-plan.ts";
import type { ApiObject } from "../cluster/api-object.ts";
import { INVENTORY_KEY, inventoryManifest, inventoryOf } from "./inventory.ts";
import { readInventory } from "./read-inventory.ts";

const plan = await samplePlan({
  spec: `{
    method: hybrid, images: [busybox, {ref: quay.io/acme/db:15, platform: linux/arm64}], pullSecrets: [ci/quay], timeout: 90s, grace: 1500ms,
    nodes: {
      selector: "pool in (ci,qa), !gpu, cpus > 8", names: [a], arch: [amd64, arm64],
      tolerations: [{operator: Exists}, {key: k, value: v, effect: NoExecute, tolerationSeconds: 9}, {key: e, effect: NoSchedule}]
    },
    nodeLabels: {acme.example/qa: stocked}
  }`,
  nodes: [sampleNode({ name: "a", labels: { pool: "ci", cpus: "16" } })],
  secrets: [sampleSecret("ci/quay", ["quay.io"])],
});
const manifest = inventoryManifest(inventoryOf(plan, []));

/** The manifest with another text in it. */
function holding(text: string, metadata: object = {}): ApiObject {
  return { ...manifest, metadata: { ...manifest.metadata, ...metadata }, data: { [INVENTORY_KEY]: text } };
}

function changed(change: object): ApiObject {
  const data = manifest["data"] as Record<string, string>;
  return holding(JSON.stringify({ ...(JSON.parse(data[INVENTORY_KEY] ?? "") as object), ...change }));
}

describe("an inventory", () => {
  it("says after it was written what it said before", () => {
    expect(readInventory(manifest)).toEqual({ ok: true, value: inventoryOf(plan, []) });
    expect(manifest.metadata).toMatchObject({ name: "larder-stock-qa", namespace: "larder" });
    expect(inventoryOf(plan, [])).toMatchObject({
      method: "hybrid",
      timeoutMs: 90_000,
      graceMs: 1_500,
      version: "1.2.3",
    });
    expect(inventoryOf(plan, []).groups.map(({ role, description }) => [role, description])).toEqual([
      ["shelf", "program, Always"],
      ["agent", "kubeadm-containerd, /run/containerd/containerd.sock"],
    ]);
  });

  it("of a newer Larder may say more, as long as the format is the same", () => {
    expect(readInventory(changed({ more: true }))).toMatchObject({ ok: true });
  });

  it.each<[string, ApiObject, string]>([
    ["holds nothing", { ...manifest, data: {} }, "has no inventory.json"],
    ["is no JSON", holding("{"), "has an inventory.json that is no JSON object"],
    ["is a list", holding("[]"), "has an inventory.json that is no JSON object"],
    ["has no format", holding("{}"), "has an inventory.json of no known format"],
    ["is newer", changed({ format: 2, version: "9.0.0" }), 'was written by a newer Larder ("9.0.0"), which'],
    [
      "was copied",
      holding(JSON.stringify({ format: 1, name: "x", namespace: "y" })),
      "it is of y/x, and lies elsewhere",
    ],
    ["has a wrong method", changed({ method: "magic" }), "its method is not known"],
    ["has a wrong image", changed({ images: [{ reference: "Bad" }] }), "a value of images has upper-case letters"],
    ["has a wrong node", changed({ nodes: { os: "windows" } }), "a value of os cannot be stocked"],
    ["has a wrong time", changed({ timeoutMs: -1 }), "its timeoutMs is no time"],
    ["has a wrong label", changed({ nodeLabels: { "a b": "c" } }), "a value of nodeLabels is not made of"],
    ["has a wrong group", changed({ groups: [{ role: "x" }] }), "a group is neither of shelves nor of agents"],
  ])("that %s is refused", (_, object, words) => {
    expect(readInventory(object)).toEqual({ ok: false, error: expect.stringContaining(words) });
  });

  it("never breaks the reader, whatever is in it", () => {
    const fields = ["images", "groups", "nodes", "method", "timeoutMs", "nodeLabels", "name", "format"];
    const change = fc.dictionary(fc.constantFrom(...fields), fc.jsonValue());
    fc.assert(fc.property(change, (odd) => typeof readInventory(changed(odd)).ok === "boolean"));
    fc.assert(fc.property(fc.string(), (text) => !readInventory(holding(text)).ok));
  });
});
