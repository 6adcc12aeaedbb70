import { describe, expect, it } from "vitest";
import { type SampleNode, sampleNode } from "../../../test/kit/sample-nodes.ts";
import { detectFlavor } from "./detect-flavor.ts";
import { FLAVORS, findFlavor, pullsOneAtATime } from "./flavor.ts";
import { FLAVOR_PROBES } from "./flavor-probes.ts";

/** A node of each, as it would look, and the API groups of its cluster. */
const looks: Readonly<Record<string, SampleNode & { readonly groups?: readonly string[] }>> = {
  gke: {
    name: "gke-ci-default-pool-1",
    kubelet: "v1.35.1-gke.1403000",
    providerID: "gce://acme/europe-west1-b/gke-ci-default-pool-1",
    osImage: "Container-Optimized OS from Google",
    labels: { "cloud.google.com/gke-nodepool": "default-pool", "cloud.google.com/gke-os-distribution": "cos" },
    groups: ["networking.gke.io", "auto.gke.io"],
  },
  "gke-autopilot": {
    name: "gk3-ci-pool-1",
    kubelet: "v1.35.1-gke.1403000",
    providerID: "gce://acme/europe-west1-b/gk3-ci-pool-1",
    osImage: "Container-Optimized OS from Google",
    groups: ["auto.gke.io"],
  },
  "eks-al2023": {
    name: "ip-10-0-0-1.eu-west-1.compute.internal",
    kubelet: "v1.35.0-eks-ac2d5a0",
    providerID: "aws:///eu-west-1a/i-0123456789abcdef0",
    osImage: "Amazon Linux 2023.9.20251208",
    labels: { "eks.amazonaws.com/nodegroup": "ci" },
  },
  "eks-bottlerocket": {
    name: "ip-10-0-0-2.eu-west-1.compute.internal",
    kubelet: "v1.35.0-eks-ac2d5a0",
    providerID: "aws:///eu-west-1a/i-0123456789abcdef1",
    osImage: "Bottlerocket OS 1.52.0 (aws-k8s-1.35)",
    runtime: "containerd://2.1.5+bottlerocket",
  },
  "eks-auto": {
    name: "i-0123456789abcdef2",
    kubelet: "v1.35.0-eks-ac2d5a0",
    providerID: "aws:///eu-west-1a/i-0123456789abcdef2",
    osImage: "Bottlerocket (EKS Auto, Standard) 2025.12.1 (aws-k8s-1.35-standard)",
    labels: { "eks.amazonaws.com/compute-type": "auto" },
  },
  "eks-fargate": {
    name: "fargate-ip-10-0-0-3.eu-west-1.compute.internal",
    kubelet: "v1.35.0-eks-ac2d5a0",
    osImage: "Amazon Linux 2",
    labels: { "eks.amazonaws.com/compute-type": "fargate" },
  },
  aks: {
    name: "aks-nodepool1-12345678-vmss000000",
    providerID: "azure:///subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachineScaleSets/v/0",
    labels: { "kubernetes.azure.com/cluster": "MC_g_c_westeurope", "kubernetes.azure.com/os-sku": "Ubuntu" },
  },
  openshift: {
    kubelet: "v1.35.2",
    runtime: "cri-o://1.35.2-3.rhaos4.22.git",
    osImage: "Red Hat Enterprise Linux CoreOS 9.8.20260401-0",
    labels: { "node.openshift.io/os_id": "rhel" },
    groups: ["config.openshift.io", "security.openshift.io"],
  },
  rosa: {
    kubelet: "v1.34.2",
    runtime: "cri-o://1.34.3-1.rhaos4.21.git",
    providerID: "aws:///eu-west-1a/i-0123456789abcdef4",
    osImage: "Red Hat Enterprise Linux CoreOS 9.6.20260101-0",
    labels: { "hypershift.openshift.io/nodePool": "ci-workers", "node.openshift.io/os_id": "rhel" },
    groups: ["config.openshift.io"],
  },
  aro: {
    kubelet: "v1.31.9",
    runtime: "cri-o://1.31.11-2.rhaos4.18.git",
    providerID: "azure:///subscriptions/s/resourceGroups/aro/providers/Microsoft.Compute/virtualMachines/w",
    osImage: "Red Hat Enterprise Linux CoreOS 418.94.202509100653-0",
    labels: { "node.openshift.io/os_id": "rhel" },
    groups: ["config.openshift.io", "aro.openshift.io"],
  },
  k3s: {
    kubelet: "v1.35.0+k3s1",
    providerID: "k3s://node-1",
    runtime: "containerd://2.1.5-k3s1",
    labels: { "node.kubernetes.io/instance-type": "k3s" },
    groups: ["k3s.cattle.io"],
  },
  rke2: { kubelet: "v1.35.0+rke2r1", providerID: "rke2://node-1", runtime: "containerd://2.1.5-k3s1" },
  microk8s: { labels: { "microk8s.io/cluster": "true" }, runtime: "containerd://1.7.28" },
  k0s: { kubelet: "v1.35.1+k0s", runtime: "containerd://1.7.29" },
  kind: {
    name: "kind-control-plane",
    providerID: "kind://docker/kind/kind-control-plane",
    osImage: "Debian GNU/Linux 12 (bookworm)",
  },
  minikube: {
    name: "minikube",
    runtime: "docker://28.4.0",
    labels: { "minikube.k8s.io/version": "v1.38.1", "minikube.k8s.io/name": "minikube" },
  },
  talos: { osImage: "Talos (v1.12.0)" },
  "kubeadm-containerd": {},
  "kubeadm-crio": { runtime: "cri-o://1.35.0" },
  "docker-desktop": { name: "docker-desktop", runtime: "docker://28.5.1", osImage: "Docker Desktop" },
  "colima-rancher-desktop": { name: "colima", kubelet: "v1.33.4+k3s1", runtime: "docker://28.4.0" },
  harvester: {
    kubelet: "v1.35.2+rke2r1",
    runtime: "containerd://2.1.5-k3s1",
    osImage: "Harvester v1.8.0",
    labels: { "harvesterhci.io/managed": "true" },
    groups: ["harvesterhci.io"],
  },
  oke: {
    name: "10.0.10.5",
    runtime: "cri-o://1.34.1",
    providerID: "ocid1.instance.oc1.eu-frankfurt-1.abc",
    osImage: "Oracle Linux Server 8.10",
  },
  doks: {
    name: "pool-abc-1",
    providerID: "digitalocean://123456",
    osImage: "Debian GNU/Linux 13 (trixie)",
    labels: { "doks.digitalocean.com/node-pool": "pool-abc" },
  },
  lke: { name: "lke12345-67890-0", providerID: "linode://123456", labels: { "lke.linode.com/pool-id": "67890" } },
  iks: { name: "10.1.2.3", kubelet: "v1.35.3+IKS", providerID: "ibm://acc///cluster/worker" },
  generic: { kubelet: "v1.35.0-acme.1", runtime: "containerd://2.2.0", osImage: "Acme Linux" },
};

describe("a flavor is recognised by a node", () => {
  it.each(FLAVORS.map(({ id }) => id))("%s", (id) => {
    const { groups = [], ...look } = looks[id] ?? {};
    expect(Object.keys(looks)).toContain(id);
    const [found, ...more] = detectFlavor([sampleNode(look)], groups);
    expect(more).toEqual([]);
    expect(found?.flavor.id).toBe(id);
    expect(found?.evidence).toMatch(/^Node \S+ is .+: .+\.$/);
  });

  it("by a probe for each that the data has", () => {
    expect([...FLAVOR_PROBES.map(({ id }) => id), "generic"].toSorted()).toEqual(
      FLAVORS.map(({ id }) => id).toSorted(),
    );
  });

  it("node by node where nodes differ", () => {
    const bottlerocket = sampleNode({ ...looks["eks-bottlerocket"], name: "b" });
    const others = ["a", "c"].map((name) => sampleNode({ ...looks["eks-al2023"], name }));
    const found = detectFlavor([bottlerocket, ...others], []);
    expect(found.map(({ flavor, nodes }) => [flavor.id, nodes.map(({ name }) => name)])).toEqual([
      ["eks-al2023", ["a", "c"]],
      ["eks-bottlerocket", ["b"]],
    ]);
    expect(found[1]?.evidence).toBe(
      "Node b is Amazon EKS, Bottlerocket nodes: its system is Bottlerocket OS 1.52.0 (aws-k8s-1.35) and its kubelet is v1.35.0-eks-ac2d5a0.",
    );
  });

  it("and what tells nothing is generic", () => {
    const [found] = detectFlavor([sampleNode({ kubelet: "", runtime: "", osImage: "" })], []);
    expect(found?.flavor.id).toBe("generic");
    expect(found?.evidence).toContain("it tells nothing of itself");
  });
});

describe("a flavor", () => {
  it("is found by its id, or else the nearest one is named", () => {
    expect(findFlavor("gke")).toMatchObject({ ok: true, value: { id: "gke" } });
    expect(findFlavor("opnshift")).toEqual({ ok: false, error: "is not known (did you mean openshift?)" });
    expect(findFlavor("zzzzzz")).toMatchObject({ ok: false, error: expect.stringContaining("kubeadm-crio") });
  });

  it("has a socket wherever agents may run, and says why not elsewhere", () => {
    const refused = FLAVORS.filter(({ agentsRefused }) => agentsRefused !== undefined).map(({ id }) => id);
    expect(refused).toEqual(["gke-autopilot", "eks-auto", "eks-fargate"]);
    for (const { id, sockets } of FLAVORS) if (!refused.includes(id)) expect(sockets, id).not.toEqual([]);
  });

  it("knows whether kubelets pull one image at a time", () => {
    const aks = findFlavor("aks");
    const kind = findFlavor("kind");
    const auto = findFlavor("eks-auto");
    if (!aks.ok || !kind.ok || !auto.ok) throw new Error("they are in the data");
    expect(pullsOneAtATime(aks.value, sampleNode({ kubelet: "v1.30.1" }))).toBe(true);
    expect(pullsOneAtATime(aks.value, sampleNode({ kubelet: "v1.31.0" }))).toBe(false);
    expect(pullsOneAtATime(kind.value, sampleNode())).toBe(true);
    expect(pullsOneAtATime(auto.value, sampleNode())).toBeUndefined();
  });
});
