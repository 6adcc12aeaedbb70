import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sampleNode } from "../../../test/kit/sample-nodes.ts";
import type { NodeSelection } from "../stock/stock.ts";
import { eligibilityOf, isImageFor } from "./eligibility.ts";
import { parseDnsSubdomain } from "./names.ts";
import { affinityOf, formatAffinity, matchesAffinity } from "./node-affinity.ts";
import type { NodeFacts } from "./node-facts.ts";
import { parseNodeSelector } from "./node-selector.ts";
import type { Toleration } from "./toleration.ts";

interface Selected {
  readonly selector?: string;
  readonly names?: readonly string[];
  readonly architectures?: NodeSelection["architectures"];
  readonly tolerations?: readonly Toleration[];
}

function selected({ selector = "", names = [], architectures = [], tolerations = [] }: Selected = {}): NodeSelection {
  const requirements = parseNodeSelector(selector);
  if (!requirements.ok) throw new Error(requirements.error);
  const checked = names.map((name) => {
    const parsed = parseDnsSubdomain(name);
    if (!parsed.ok) throw new Error(parsed.error);
    return parsed.value;
  });
  return { os: "linux", architectures, requirements: requirements.value, names: checked, tolerations };
}

const gpu = { key: "gpu", value: "yes", effect: "NoSchedule" };

describe("a node is left out", () => {
  it.each([
    [{ os: "windows" }, {}, "os", "runs windows"],
    [{ labels: { type: "virtual-kubelet" } }, { tolerations: [{ operator: "Exists" }] }, "virtual", "virtual kubelet"],
    [{ architecture: "arm64" }, { architectures: ["amd64"] }, "architecture", "is arm64, and only amd64 is meant"],
    [{}, { names: ["other"] }, "name", "not among the nodes that are named"],
    [{}, { selector: "pool in (ci,qa)" }, "selector", "has no label pool, and pool in (ci,qa) is asked for"],
    [{ labels: { pool: "x" } }, { selector: "pool!=x" }, "selector", "has the label pool=x, and pool!=x is asked for"],
    [{ labels: { cpus: "8" } }, { selector: "cpus>8" }, "selector", "has the label cpus=8, and cpus>8 is asked for"],
    [{ taints: [gpu] }, {}, "taint", "has the taint gpu=yes:NoSchedule, which is not tolerated"],
    [
      { taints: [gpu] },
      { tolerations: [{ operator: "Equal", key: "gpu", value: "no" }] },
      "taint",
      "gpu=yes:NoSchedule",
    ],
    [
      { taints: [{ key: "node.kubernetes.io/network-unavailable", effect: "NoSchedule" }] },
      {},
      "taint",
      "network-unavailable:NoSchedule",
    ],
  ] as const)("%j by %j", (node, selection, cause, words) => {
    expect(eligibilityOf(sampleNode(node), selected(selection))).toEqual({
      kind: "left-out",
      cause,
      reason: expect.stringContaining(words),
    });
  });
});

describe("a node is meant", () => {
  const notReady = {
    conditions: [{ type: "Ready", status: "False", lastTransitionTime: "2026-01-02T00:00:00Z", message: "no CNI." }],
    taints: [
      { key: "node.kubernetes.io/not-ready", effect: "NoExecute" },
      { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" },
    ],
    spec: { unschedulable: true },
  };

  it("although it is not ready and cordoned, since the pods of DaemonSets come nevertheless", () => {
    expect(eligibilityOf(sampleNode(notReady), selected())).toEqual({
      kind: "eligible",
      remarks: ["is not ready since 2026-01-02T00:00:00Z: no CNI", "is cordoned"],
    });
  });

  it("if the network is not there yet and the pods use that of the node", () => {
    const node = sampleNode({ taints: [{ key: "node.kubernetes.io/network-unavailable", effect: "NoSchedule" }] });
    expect(eligibilityOf(node, selected(), { usesHostNetwork: true }).kind).toBe("eligible");
  });

  it("if its pods are there, and the taint only keeps new ones away", () => {
    const taint = (effect: string) =>
      sampleNode({
        taints: [
          { key: "node.kubernetes.io/unreachable", effect },
          { key: "gpu", effect },
        ],
      });
    expect(eligibilityOf(taint("NoSchedule"), selected()).kind).toBe("left-out");
    expect(eligibilityOf(taint("NoSchedule"), selected(), { isThere: true }).kind).toBe("eligible");
    expect(eligibilityOf(taint("NoExecute"), selected(), { isThere: true }).kind).toBe("left-out");
  });

  it("with a taint that only asks for avoidance", () => {
    const node = sampleNode({ taints: [{ key: "a", value: "", effect: "PreferNoSchedule" }] });
    expect(eligibilityOf(node, selected()).kind).toBe("eligible");
  });
});

it("an image with a platform is for nodes of that platform", () => {
  const arm = sampleNode({ architecture: "arm64" });
  expect(isImageFor(arm, {})).toBe(true);
  expect(isImageFor(arm, { platform: { os: "linux", architecture: "arm64" } })).toBe(true);
  expect(isImageFor(arm, { platform: { os: "linux", architecture: "amd64" } })).toBe(false);
});

describe("what is foreseen", () => {
  const word = fc.constantFrom("a", "b", "7", "9");
  const node = fc
    .record({
      name: fc.constantFrom("n1", "n2"),
      os: fc.constantFrom("linux", "windows"),
      architecture: fc.constantFrom("amd64", "arm64"),
      labels: fc.dictionary(fc.constantFrom("x", "y", "type"), fc.oneof(word, fc.constant("virtual-kubelet"))),
      kubelet: fc.constantFrom("v1.35.0", "v1.35.0-vk-x-1"),
      taints: fc.array(
        fc.record({
          key: fc.oneof(word, fc.constantFrom("node.kubernetes.io/not-ready", "node.kubernetes.io/unschedulable")),
          value: fc.constantFrom("", "v"),
          effect: fc.constantFrom("NoSchedule", "NoExecute", "PreferNoSchedule"),
        }),
        { maxLength: 2 },
      ),
    })
    .map(sampleNode);
  const selection = fc
    .record({
      selector: fc.constantFrom("", "x", "!x", "x in (a,7)", "x notin (a)", "x>8", "y<8,x", "x=a,y!=b"),
      names: fc.constantFrom([], ["n1"], ["n1", "n3"]),
      architectures: fc.constantFrom([], ["amd64"] as const, ["amd64", "arm64"] as const),
      tolerations: fc.constantFrom<readonly Toleration[]>(
        [],
        [{ operator: "Exists" }],
        [{ operator: "Exists", key: "a", effect: "NoExecute" }],
        [{ operator: "Equal", key: "b", value: "v" }],
      ),
    })
    .map(selected);

  it("is what the DaemonSet controller does with the affinity and tolerations of the pods", () => {
    fc.assert(
      fc.property(node, selection, (facts, chosen) => {
        const affinity = affinityOf(chosen, [facts]);
        const isForeseen = eligibilityOf(facts, chosen).kind === "eligible";
        expect(isForeseen).toBe(comesTo(facts, formatAffinity(affinity), chosen.tolerations));
        expect(matchesAffinity(facts, affinity)).toBe(fits(facts, formatAffinity(affinity)));
      }),
      { numRuns: 1000 },
    );
  });
});

interface Expression {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

/** NodeShouldRunDaemonPod (k8s.io/kubernetes, pkg/controller/daemon/daemon_controller.go), written from its source. */
function comesTo(node: NodeFacts, affinity: object, tolerations: readonly Toleration[]): boolean {
  const added = ["not-ready", "unreachable"].map((name) => [`node.kubernetes.io/${name}`, "NoExecute"]);
  for (const name of ["disk-pressure", "memory-pressure", "pid-pressure", "unschedulable"])
    added.push([`node.kubernetes.io/${name}`, "NoSchedule"]);
  const isTolerated = node.taints.every(
    ({ key, value, effect }) =>
      effect === "PreferNoSchedule" ||
      added.some(([addedKey, addedEffect]) => addedKey === key && addedEffect === effect) ||
      tolerations.some(
        (one) =>
          (one.effect === undefined || one.effect === effect) &&
          (one.key === undefined || one.key === key) &&
          (one.operator === "Exists" || one.value === value),
      ),
  );
  return isTolerated && fits(node, affinity);
}

function fits(node: NodeFacts, affinity: object): boolean {
  const { nodeAffinity } = affinity as {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: readonly { matchExpressions?: Expression[]; matchFields?: Expression[] }[];
      };
    };
  };
  const fields = new Map([["metadata.name", node.name]]);
  return nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms.some(
    ({ matchExpressions = [], matchFields = [] }) =>
      matchExpressions.length + matchFields.length > 0 &&
      matchExpressions.every((one) => holds(one, node.labels)) &&
      matchFields.every((one) => holds(one, fields) && one.values?.length === 1),
  );
}

function holds({ key, operator, values = [] }: Expression, labels: ReadonlyMap<string, string>): boolean {
  const value = labels.get(key);
  if (operator === "NotIn") return value === undefined || !values.includes(value);
  if (operator === "DoesNotExist") return value === undefined;
  if (value === undefined) return false;
  if (operator === "Exists") return true;
  if (operator === "In") return values.includes(value);
  if (!/^\d+$/.test(value)) return false;
  return operator === "Gt" ? Number(value) > Number(values[0]) : Number(value) < Number(values[0]);
}
