import { type NodeFacts, nodeFactsOf } from "#domain/cluster/node-facts.ts";

export interface SampleNode {
  readonly name?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly kubelet?: string;
  readonly runtime?: string;
  /** @default true */
  readonly knowsGroupsPolicy?: boolean;
  readonly osImage?: string;
  readonly providerID?: string;
  readonly taints?: readonly object[];
  readonly spec?: object;
  readonly conditions?: readonly object[];
  readonly os?: string;
  readonly architecture?: string;
}

/** A node as the API shows it; without options an ordinary one of kubeadm, Ready. */
export function sampleNode(sample: SampleNode = {}): NodeFacts {
  const { name = "node-1", os = "linux", architecture = "amd64" } = sample;
  return nodeFactsOf({
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      labels: {
        "kubernetes.io/os": os,
        "kubernetes.io/arch": architecture,
        "kubernetes.io/hostname": name,
        ...sample.labels,
      },
      ...(sample.annotations && { annotations: sample.annotations }),
    },
    spec: {
      ...(sample.providerID !== undefined && { providerID: sample.providerID }),
      ...(sample.taints && { taints: sample.taints }),
      ...sample.spec,
    },
    status: {
      conditions: sample.conditions ?? [
        { type: "MemoryPressure", status: "False" },
        { type: "Ready", status: "True", lastTransitionTime: "2026-01-01T00:00:00Z", reason: "KubeletReady" },
      ],
      features: { supplementalGroupsPolicy: sample.knowsGroupsPolicy ?? true },
      nodeInfo: {
        kubeletVersion: sample.kubelet ?? "v1.35.4",
        containerRuntimeVersion: sample.runtime ?? "containerd://2.2.1",
        osImage: sample.osImage ?? "Ubuntu 24.04.3 LTS",
        operatingSystem: os,
        architecture,
      },
    },
  });
}
