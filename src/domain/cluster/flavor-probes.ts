/**
 * Recognising a distribution by a node: an ordered list of probes, the narrower before the wider (a node of Harvester is one of RKE2,
 * too). Each tells what it saw, so that a person can judge.
 */
import type { NodeFacts } from "./node-facts.ts";

export interface ClusterSigns {
  /** Names of the API groups that the server serves. */
  readonly apiGroups: ReadonlySet<string>;
}

/** @returns what shows that it is so, as a clause (`its kubelet is v1.35.4-gke.100`); undefined: it is not */
type Probe = (node: NodeFacts, cluster: ClusterSigns) => string | undefined;

export const FLAVOR_PROBES: readonly { readonly id: string; readonly look: Probe }[] = [
  { id: "eks-fargate", look: allOf(label("eks.amazonaws.com/compute-type", "fargate")) },
  { id: "eks-auto", look: anyOf(label("eks.amazonaws.com/compute-type", "auto"), osImage(/Bottlerocket.*EKS Auto/)) },
  { id: "eks-bottlerocket", look: allOf(osImage(/^Bottlerocket OS/), anyOf(kubelet(/-eks-/), provider("aws://"))) },
  { id: "eks-al2023", look: allOf(kubelet(/-eks-/), osImage(/^Amazon Linux 2023/)) },
  { id: "gke-autopilot", look: allOf(kubelet(/-gke\.\d/), nodeName(/^gk3-/)) },
  { id: "gke", look: allOf(kubelet(/-gke\.\d/)) },
  { id: "aro", look: allOf(runtime("cri-o"), apiGroup("aro.openshift.io")) },
  { id: "rosa", look: allOf(runtime("cri-o"), provider("aws://"), label("hypershift.openshift.io/nodePool")) },
  {
    id: "openshift",
    look: allOf(runtime("cri-o"), anyOf(label("node.openshift.io/os_id"), apiGroup("config.openshift.io"))),
  },
  { id: "aks", look: anyOf(label("kubernetes.azure.com/cluster"), label("kubernetes.azure.com/os-sku")) },
  {
    id: "colima-rancher-desktop",
    look: allOf(kubelet(/\+k3s\d/), nodeName(/^(?:colima|lima-rancher-desktop|rancher-desktop)/)),
  },
  { id: "harvester", look: allOf(kubelet(/\+rke2r\d/), label("harvesterhci.io/managed", "true")) },
  { id: "rke2", look: allOf(kubelet(/\+rke2r\d/)) },
  { id: "k3s", look: allOf(kubelet(/\+k3s\d/)) },
  { id: "microk8s", look: allOf(label("microk8s.io/cluster", "true")) },
  { id: "k0s", look: allOf(kubelet(/\+k0s/)) },
  { id: "minikube", look: anyOf(label("minikube.k8s.io/version"), label("minikube.k8s.io/name")) },
  {
    id: "docker-desktop",
    look: anyOf(
      nodeName(/^docker-desktop$/),
      allOf(nodeName(/^desktop-(?:control-plane|worker\d*)$/), provider("kind://")),
    ),
  },
  { id: "kind", look: allOf(provider("kind://")) },
  { id: "talos", look: allOf(osImage(/^Talos \(v/)) },
  { id: "oke", look: anyOf(label("oke.oraclecloud.com/node.info.managed"), provider("ocid1.instance.")) },
  { id: "doks", look: anyOf(provider("digitalocean://"), label("doks.digitalocean.com/node-pool")) },
  { id: "lke", look: anyOf(provider("linode://"), label("lke.linode.com/pool-id")) },
  { id: "iks", look: anyOf(kubelet(/\+IKS/), provider("ibm://"), label("ibm-cloud.kubernetes.io/worker-id")) },
  { id: "kubeadm-crio", look: allOf(plainKubelet, runtime("cri-o")) },
  { id: "kubeadm-containerd", look: allOf(plainKubelet, runtime("containerd")) },
];

const plainKubeletPattern = /^v\d+\.\d+\.\d+$/;

function plainKubelet({ kubelet: { text } }: NodeFacts): string | undefined {
  return plainKubeletPattern.test(text) ? `its kubelet is ${text}, without a distribution's suffix` : undefined;
}

function kubelet(pattern: RegExp): Probe {
  return ({ kubelet: { text } }) => (pattern.test(text) ? `its kubelet is ${text}` : undefined);
}

function osImage(pattern: RegExp): Probe {
  return (node) => (pattern.test(node.osImage) ? `its system is ${node.osImage}` : undefined);
}

function nodeName(pattern: RegExp): Probe {
  return ({ name }) => (pattern.test(name) ? `its name is ${name}` : undefined);
}

function provider(prefix: string): Probe {
  return ({ providerID }) => (providerID.startsWith(prefix) ? `its provider ID is ${providerID}` : undefined);
}

function runtime(name: string): Probe {
  return (node) => (node.runtime.name === name ? `its runtime is ${name} ${node.runtime.text}` : undefined);
}

function label(key: string, value?: string): Probe {
  return ({ labels }) => {
    const found = labels.get(key);
    if (found === undefined || (value !== undefined && found !== value)) return undefined;
    return `it has the label ${value === undefined ? key : `${key}=${value}`}`;
  };
}

function apiGroup(name: string): Probe {
  return (_, { apiGroups }) => (apiGroups.has(name) ? `the cluster serves ${name}` : undefined);
}

function anyOf(...probes: readonly Probe[]): Probe {
  return (node, cluster) => {
    for (const probe of probes) {
      const seen = probe(node, cluster);
      if (seen !== undefined) return seen;
    }
    return undefined;
  };
}

function allOf(...probes: readonly Probe[]): Probe {
  return (node, cluster) => {
    const seen = probes.map((probe) => probe(node, cluster));
    return seen.every((sign) => sign !== undefined) ? seen.join(" and ") : undefined;
  };
}
