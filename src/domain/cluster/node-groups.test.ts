import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sampleNode } from "../../../test/kit/sample-nodes.ts";
import { agentGroupsOf } from "./agent-need.ts";
import { detectFlavor } from "./detect-flavor.ts";
import { findFlavor } from "./flavor.ts";
import type { NodeFacts } from "./node-facts.ts";
import { type Grouping, groupNodes } from "./node-groups.ts";
import { matchesRequirement } from "./node-selector.ts";
import { shelfGroupsOf, shelfNeedOf } from "./shelf-need.ts";

type Labels = Readonly<Record<string, string>>;

/** Nodes of two kinds, `old` and `new`, with these labels. */
function cluster(kinds: Readonly<Record<"old" | "new", readonly Labels[]>>): readonly NodeFacts[] {
  return Object.entries(kinds).flatMap(([kind, all]) =>
    all.map((labels, index) =>
      sampleNode({ name: `${kind}-${index}`, labels, kubelet: kind === "old" ? "v1.34.1" : "v1.37.0" }),
    ),
  );
}

function grouped(nodes: readonly NodeFacts[], options = { mayLabel: false }): Grouping<string> {
  const groups = groupNodes(nodes, kindOf, options);
  if (!groups.ok) throw new Error(groups.error);
  return groups.value;
}

function kindOf({ kubelet }: NodeFacts) {
  const name = kubelet.minor < 35 ? "old" : "new";
  return { name, need: name };
}

function keyOf({ groups }: Grouping<unknown>): string | undefined {
  return groups[0]?.requirements[0]?.key;
}

const hosts = (count: number): Labels[] => Array.from({ length: count }, () => ({}));

describe("groups of nodes", () => {
  it("are one where all need the same, and none where there is no node", () => {
    expect(grouped(cluster({ old: hosts(2), new: [] })).groups).toMatchObject([
      { name: "old", requirements: [], because: "All 2 nodes need the same." },
    ]);
    expect(grouped([])).toEqual({ groups: [], labels: new Map() });
  });

  it("are told apart by their pool, and the largest takes what joins later", () => {
    const nodes = cluster({
      old: [
        { pool: "x", "cloud.google.com/gke-nodepool": "a", "topology.kubernetes.io/zone": "z1" },
        { pool: "x", "cloud.google.com/gke-nodepool": "b", "topology.kubernetes.io/zone": "z1" },
      ],
      new: [
        { pool: "y", "cloud.google.com/gke-nodepool": "c", "topology.kubernetes.io/zone": "z2" },
        { pool: "y", "cloud.google.com/gke-nodepool": "c", "topology.kubernetes.io/zone": "z2" },
        { pool: "y", "cloud.google.com/gke-nodepool": "d", "topology.kubernetes.io/zone": "z2" },
      ],
    });
    expect(grouped(nodes).groups).toMatchObject([
      {
        name: "old",
        requirements: [{ key: "cloud.google.com/gke-nodepool", operator: "In", values: ["a", "b"] }],
        because: "The label cloud.google.com/gke-nodepool is a, b.",
      },
      { name: "new", requirements: [{ key: "cloud.google.com/gke-nodepool", operator: "NotIn", values: ["a", "b"] }] },
    ]);
  });

  it.each([
    ["node.kubernetes.io/instance-type", "m5", "m6"],
    ["kubernetes.azure.com/os-sku", "Ubuntu", "AzureLinux"],
    ["larder.dev/group", "old", "new"],
  ])("prefer %s to where nodes are, and to chance", (key, old, young) => {
    const chance = { aaa: "1", "topology.kubernetes.io/zone": "z1", "beta.kubernetes.io/x": "1", "larder.dev/qa": "1" };
    const other = { aaa: "2", "topology.kubernetes.io/zone": "z2", "beta.kubernetes.io/x": "2", "larder.dev/qa": "2" };
    const nodes = cluster({
      old: [
        { ...chance, [key]: old },
        { ...chance, [key]: old },
      ],
      new: [
        { ...other, [key]: young },
        { ...other, [key]: young },
      ],
    });
    expect(keyOf(grouped(nodes))).toBe(key);
    expect(keyOf(grouped(nodes.map((node) => ({ ...node, labels: without(node.labels, key) }))))).toBe("aaa");
  });

  it("do not rest on labels that Larder or the Stock sets", () => {
    const nodes = cluster({ old: [{ "larder.dev/x": "1", mine: "1" }], new: [{ "larder.dev/x": "2", mine: "2" }] });
    const found = groupNodes(nodes, kindOf, { mayLabel: false, ignoredLabels: ["mine"] });
    expect(found.ok && keyOf(found.value)).toBe("kubernetes.io/hostname");
  });

  it("take the rest where the label is absent, however few they are", () => {
    const nodes = cluster({ old: [{}], new: [{ agentpool: "a" }, { agentpool: "b" }] });
    expect(grouped(nodes).groups.at(-1)).toMatchObject({
      name: "old",
      requirements: [{ key: "agentpool", operator: "NotIn", values: ["a", "b"] }],
    });
  });

  it("rest on host names only where there are few", () => {
    expect(keyOf(grouped(cluster({ old: hosts(5), new: hosts(5) })))).toBe("kubernetes.io/hostname");
    expect(groupNodes(cluster({ old: hosts(5), new: hosts(6) }), kindOf, { mayLabel: false })).toEqual({
      ok: false,
      error:
        "The nodes need different pods, and no label tells them apart: 5 × old (for example old-0), 6 × new (for example new-0). --label-nodes lets Larder set larder.dev/group on them.",
    });
  });

  it("get a label of Larder's where it may be set, on those nodes that do not have it yet", () => {
    const old: readonly Labels[] = [{ "larder.dev/group": "old" }, { "larder.dev/group": "new" }, ...hosts(4)];
    const { groups, labels } = grouped(cluster({ old, new: hosts(7) }), { mayLabel: true });
    expect(groups.map(({ requirements }) => requirements)).toEqual([
      [{ key: "larder.dev/group", operator: "In", values: ["old"] }],
      [{ key: "larder.dev/group", operator: "NotIn", values: ["old"] }],
    ]);
    expect(labels.has("old-0")).toBe(false);
    expect(labels.get("old-1")).toBe("old");
    expect(labels.size).toBe(12);
  });

  const labels = fc.dictionary(fc.constantFrom("agentpool", "b", "c"), fc.constantFrom("1", "2", "3"));
  const kinds = fc.record({ old: fc.array(labels, { maxLength: 8 }), new: fc.array(labels, { maxLength: 8 }) });

  it("hold each node once, and a node that joins is in exactly one", () => {
    fc.assert(
      fc.property(kinds, fc.boolean(), labels, (all, mayLabel, joining) => {
        const nodes = cluster(all);
        const found = groupNodes(nodes, kindOf, { mayLabel });
        if (!found.ok || nodes.length === 0) return;
        const { groups, labels: set } = found.value;
        const groupsOf = (node: NodeFacts) =>
          groups.filter(({ requirements }) => requirements.every((one) => matchesRequirement(node.labels, one)));
        for (const node of nodes) {
          const label = set.get(node.name);
          const labelled = new Map([
            ...node.labels,
            ...(label === undefined ? [] : ([["larder.dev/group", label]] as const)),
          ]);
          const [only, ...more] = groupsOf({ ...node, labels: labelled });
          expect(more).toEqual([]);
          expect(only?.need).toBe(kindOf(node).need);
          expect(only?.nodes).toContain(node);
        }
        expect(groupsOf(sampleNode({ name: "joins", labels: joining }))).toHaveLength(1);
      }),
    );
  });
});

function without(labels: ReadonlyMap<string, string>, key: string): ReadonlyMap<string, string> {
  return new Map([...labels].filter(([each]) => each !== key));
}

describe("shelves", () => {
  it.each([
    ["v1.34.9", "containerd://2.2.0", true, "program", "program"],
    ["v1.35.0", "containerd://2.0.5", true, "program", "program"],
    ["v1.35.0", "containerd://2.1.0", true, "volume", "program"],
    ["v1.36.1", "cri-o://1.33.0", true, "volume", "program"],
    ["v1.37.0", "containerd://2.2.9", true, "volume-always", "volume-always"],
    ["v1.37.0", "cri-o://1.32.0", true, "program", "program"],
    ["v1.37.0", "cri-o://1.35.0", false, "program", "program"],
    ["v1.37.0", "docker://28.0.0", true, "program", "program"],
    ["?", "?", true, "program", "program"],
  ])(
    "of kubelet %s on %s (%s) are %s, and %s with the method hybrid",
    (kubelet, runtime, knowsGroupsPolicy, own, hybrid) => {
      const node = sampleNode({ kubelet, runtime, knowsGroupsPolicy });
      expect(shelfNeedOf(node, "kubelet").name).toBe(own);
      expect(shelfNeedOf(node, "hybrid").name).toBe(hybrid);
    },
  );

  it("run the program for nodes that join, even if those that mount volumes are more", () => {
    const nodes = cluster({ old: [{ agentpool: "o" }], new: [{ agentpool: "n" }, { agentpool: "n" }] });
    const { groups, compromise } = shelfGroupsOf(nodes, "kubelet", { mayLabel: false });
    expect(groups.map(({ name }) => name)).toEqual(["volume-always", "program"]);
    expect(compromise).toBeUndefined();
  });

  it("run the program everywhere where nodes cannot be told apart, and say so", () => {
    const nodes = cluster({ old: hosts(6), new: hosts(6) });
    const { groups, compromise } = shelfGroupsOf(nodes, "kubelet", { mayLabel: false });
    expect(groups).toMatchObject([{ name: "program", requirements: [], nodes: { length: 12 } }]);
    expect(compromise).toMatch(/^All nodes run the idle program in the images\. The nodes need different pods/);
  });

  it("leave the label to the agents with the method hybrid", () => {
    const old = hosts(6).map(() => ({ "larder.dev/group": "x" }));
    const nodes = cluster({ old, new: hosts(6) });
    const { groups, labels } = shelfGroupsOf(nodes, "hybrid", { mayLabel: true });
    expect(groups).toMatchObject([{ name: "program", requirements: [] }]);
    expect(labels.size).toBe(0);
    expect(shelfGroupsOf(nodes, "kubelet", { mayLabel: true }).groups).toHaveLength(2);
  });

  it("are ready for the first node", () => {
    expect(shelfGroupsOf([], "kubelet", { mayLabel: false }).groups).toMatchObject([
      { name: "program", requirements: [], because: "There is no node yet." },
    ]);
  });
});

describe("agents", () => {
  const mixed = [
    sampleNode({
      name: "a",
      labels: { "eks.amazonaws.com/nodegroup": "x" },
      kubelet: "v1.35.0-eks-1",
      osImage: "Amazon Linux 2023.9",
    }),
    sampleNode({
      name: "b",
      labels: { "eks.amazonaws.com/nodegroup": "y" },
      kubelet: "v1.35.0-eks-1",
      osImage: "Bottlerocket OS 1.52.0",
    }),
  ];

  it("are others on nodes of other flavors", () => {
    const found = agentGroupsOf(detectFlavor(mixed, []), { mayLabel: false });
    expect(found.ok && found.value.groups.map(({ need, nodes }) => [need.flavor.id, nodes[0]?.name])).toEqual([
      ["eks-al2023", "a"],
      ["eks-bottlerocket", "b"],
    ]);
    expect(found.ok && found.value.groups[0]?.need).toMatchObject({
      socket: "/run/containerd/containerd.sock",
      plugins: {
        config: "/etc/eks/image-credential-provider/config.json",
        binDir: "/etc/eks/image-credential-provider",
      },
    });
  });

  it.each([
    ["docker://28.0.0", {}, "/var/run/cri-dockerd.sock"],
    ["containerd://2.2.0", {}, "/run/containerd/containerd.sock"],
    ["cri-o://1.35.0", {}, "/var/run/crio/crio.sock"],
    ["containerd://2.2.0", { "kubeadm.alpha.kubernetes.io/cri-socket": "unix:///run/other.sock" }, "/run/other.sock"],
    ["containerd://2.2.0", { "kubeadm.alpha.kubernetes.io/cri-socket": "nonsense" }, "/run/containerd/containerd.sock"],
  ])("with %s and %j find the socket %s", (runtime, annotations, socket) => {
    const nodes = [sampleNode({ runtime, annotations, labels: { "minikube.k8s.io/name": "m" } })];
    const found = agentGroupsOf(detectFlavor(nodes, []), { mayLabel: false });
    expect(found.ok && found.value.groups[0]?.need.socket).toBe(socket);
  });

  it.each([
    ["aws:///eu/i-1", "v1.31.0", "ecr"],
    ["gce://p/z/n", "v1.29.0", "gcr"],
    ["azure:///s", "v1.28.0", undefined],
    ["", "v1.35.0", undefined],
  ])("on OpenShift with the provider ID %j and kubelet %s see the plugin %s", (providerID, kubelet, plugin) => {
    const node = sampleNode({
      providerID,
      kubelet,
      runtime: "cri-o://1.31.0",
      labels: { "node.openshift.io/os_id": "rhcos" },
    });
    const found = agentGroupsOf(detectFlavor([node], []), { mayLabel: false });
    const path = plugin && `/etc/kubernetes/credential-providers/${plugin}-credential-provider.yaml`;
    expect(found.ok && found.value.groups[0]?.need.plugins?.config).toBe(path);
  });

  it("cannot be where the flavor refuses them, or where the socket is not known, and say why", () => {
    const auto = sampleNode({ name: "i-1", labels: { "eks.amazonaws.com/compute-type": "auto" } });
    expect(agentGroupsOf(detectFlavor([auto], []), { mayLabel: false })).toEqual({
      ok: false,
      error:
        "Agents cannot run on i-1 (Amazon EKS Auto Mode): its nodes give no pod the runtime's socket. The method kubelet needs none.",
    });
    const odd = sampleNode({ name: "n", runtime: "rkt://1.0.0", kubelet: "v1.35.0-x" });
    expect(agentGroupsOf(detectFlavor([odd], []), { mayLabel: false })).toEqual({
      ok: false,
      error: "The runtime's socket on node n is not known: it runs rkt (unknown distribution).",
    });
  });

  it("are ready for the first node of a flavor that was named", () => {
    const k0s = findFlavor("k0s");
    if (!k0s.ok) throw new Error(k0s.error);
    const found = agentGroupsOf([{ flavor: k0s.value, evidence: "", nodes: [] }], { mayLabel: false });
    expect(found.ok && found.value.groups).toMatchObject([{ need: { socket: "/run/k0s/containerd.sock" } }]);
    expect(agentGroupsOf([], { mayLabel: false })).toMatchObject({ ok: false });
  });
});
