import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sampleNode } from "../../../test/kit/sample-nodes.ts";
import { isAtLeast, nodeFactsOf } from "./node-facts.ts";

describe("the facts of a node", () => {
  it("are read from its object", () => {
    const node = sampleNode({
      kubelet: "v1.35.4-gke.100",
      runtime: "cri-o://1.35.0",
      providerID: "gce://p/z/n",
      taints: [{ key: "a", effect: "NoSchedule" }],
      spec: { unschedulable: true },
    });
    expect(node).toMatchObject({
      name: "node-1",
      kubelet: { text: "v1.35.4-gke.100", major: 1, minor: 35 },
      runtime: { name: "cri-o", text: "1.35.0", major: 1, minor: 35 },
      os: "linux",
      architecture: "amd64",
      osImage: "Ubuntu 24.04.3 LTS",
      providerID: "gce://p/z/n",
      readiness: { isReady: true, since: "2026-01-01T00:00:00Z" },
      isCordoned: true,
      taints: [{ key: "a", value: "", effect: "NoSchedule" }],
    });
    expect(node.virtual).toBeUndefined();
  });

  it("say why it is not ready, and since when", () => {
    const told = { type: "Ready", status: "Unknown", lastTransitionTime: "2026-01-02T00:00:00Z" };
    const words = "Kubelet stopped posting node status.";
    expect(sampleNode({ conditions: [{ ...told, reason: "NodeStatusUnknown", message: words }] }).readiness).toEqual({
      isReady: false,
      since: "2026-01-02T00:00:00Z",
      reason: words,
    });
    expect(sampleNode({ conditions: [{ ...told, reason: "NodeStatusUnknown" }] }).readiness.reason).toBe(
      "NodeStatusUnknown",
    );
    expect(sampleNode({ conditions: [] }).readiness.isReady).toBe(false);
  });

  it.each([
    ["v1.35.4", 1, 35],
    ["1.34.4+k3s1", 1, 34],
    ["v1.37.0-alpha.1", 1, 37],
    ["v1.35", 1, 35],
    ["v1", 0, 0],
    ["", 0, 0],
    ["latest", 0, 0],
    ["v1.35x", 1, 35],
  ])("read the version %j", (text, major, minor) => {
    expect(sampleNode({ kubelet: text }).kubelet).toEqual({ text, major, minor });
  });

  it("compare versions by numbers", () => {
    const { kubelet } = sampleNode({ kubelet: "v1.9.0" });
    expect(isAtLeast(kubelet, 1, 10)).toBe(false);
    expect(isAtLeast(kubelet, 1, 9)).toBe(true);
    expect(isAtLeast(kubelet, 0, 99)).toBe(true);
    expect(isAtLeast(sampleNode({ kubelet: "?" }).kubelet, 1, 0)).toBe(false);
  });

  it.each([
    [{ labels: { type: "virtual-kubelet" } }, "label type=virtual-kubelet"],
    [{ labels: { "eks.amazonaws.com/compute-type": "fargate" } }, "Fargate"],
    [{ labels: { "virtual-kubelet.io/provider": "admiralty" } }, "label virtual-kubelet.io/provider"],
    [{ taints: [{ key: "virtual-kubelet.io/provider", value: "azure", effect: "NoSchedule" }] }, "taint virtual"],
    [{ kubelet: "v1.25.0-vk-azure-aci-1.6.2" }, "version v1.25.0-vk-azure-aci-1.6.2"],
  ])("say that %j is no machine", (sample, words) => {
    expect(sampleNode(sample).virtual).toContain(words);
  });

  it("count kwok's nodes and managed compute as machines", () => {
    expect(sampleNode({ labels: { type: "kwok" }, runtime: "kwok" }).virtual).toBeUndefined();
    expect(sampleNode({ labels: { "eks.amazonaws.com/compute-type": "ec2" } }).virtual).toBeUndefined();
  });

  it("can be read from whatever the server sends", () => {
    const odd = fc.record({ metadata: fc.object(), spec: fc.anything(), status: fc.anything() });
    fc.assert(
      fc.property(odd, (object) => {
        const facts = nodeFactsOf({ apiVersion: "v1", kind: "Node", ...object });
        return typeof facts.name === "string" && Array.isArray(facts.taints);
      }),
    );
  });
});
