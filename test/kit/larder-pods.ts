import type { ApiObject } from "#domain/cluster/api-object.ts";
import { imagesAnnotation } from "#domain/manifests/images-annotation.ts";
import { REVISION_ANNOTATION, stockLabels } from "#domain/manifests/labels.ts";

/** Nodes and pods as the API tells of them, made for tests; what real kubelets told is in kubelet-pods.ts. */

export const SECOND = 1_000;

export function nodeObject(
  name: string,
  more: { isReady?: boolean; os?: string; taints?: readonly object[] } = {},
): ApiObject {
  const { isReady = true, os = "linux", taints = [] } = more;
  const ready = isReady
    ? { type: "Ready", status: "True", lastTransitionTime: "2026-01-01T00:00:00Z" }
    : {
        type: "Ready",
        status: "Unknown",
        lastTransitionTime: "2026-01-01T00:00:00Z",
        message: "Kubelet stopped posting node status.",
      };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      labels: { "kubernetes.io/os": os, "kubernetes.io/arch": "amd64", "kubernetes.io/hostname": name },
    },
    spec: { taints },
    status: {
      conditions: [ready],
      nodeInfo: {
        kubeletVersion: "v1.35.4",
        containerRuntimeVersion: "containerd://2.2.9",
        operatingSystem: os,
        architecture: "amd64",
      },
    },
  };
}

export type ContainerTold =
  | "creating"
  | { readonly runningSinceMs: number }
  | { readonly waiting: string; readonly message: string }
  | { readonly endedMs: number; readonly message: string; readonly exitCode?: number };

export interface PodTold {
  readonly node: string;
  readonly stock?: string;
  readonly role?: "shelf" | "agent";
  /** By image; for agents by container, whose images are then joined by blanks. */
  readonly told: Readonly<Record<string, ContainerTold>>;
  readonly name?: string;
  /** @default nobody says */
  readonly revision?: string;
}

export function podObject({
  node,
  stock = "qa",
  role = "shelf",
  told,
  name = `${role}-${stock}-${node}`,
  revision,
}: PodTold): ApiObject {
  const isAgent = role === "agent";
  const named = Object.entries(told).map(([images, state], index) => ({
    name: `${isAgent ? "fetch" : "image"}-${index}`,
    images: isAgent ? images.split(" ") : [images],
    state,
  }));
  const specs = named.map((one) => ({ name: one.name, image: isAgent ? "larder:1" : one.images[0] }));
  const statuses = named.map((one) => ({ name: one.name, restartCount: 0, state: stateOf(one.state) }));
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      namespace: isAgent ? "larder-agents" : "larder",
      uid: name,
      labels: {
        ...stockLabels(stock),
        "larder.dev/role": role,
        ...(isAgent ? {} : { "larder.dev/shelf": "qa-open-1" }),
      },
      annotations: {
        ...imagesAnnotation(new Map(named.map((one) => [one.name, one.images]))),
        ...(revision !== undefined && { [REVISION_ANNOTATION]: revision }),
      },
    },
    spec: isAgent ? { nodeName: node, initContainers: specs } : { nodeName: node, containers: specs },
    status: {
      phase: "Pending",
      conditions: [{ type: "PodReadyToStartContainers", status: "True", lastTransitionTime: "2026-01-01T00:00:00Z" }],
      ...(isAgent ? { initContainerStatuses: statuses } : { containerStatuses: statuses }),
    },
  };
}

function stateOf(told: ContainerTold): object {
  if (told === "creating") return { waiting: { reason: "ContainerCreating" } };
  const text = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
  if ("runningSinceMs" in told) return { running: { startedAt: text(told.runningSinceMs) } };
  if ("waiting" in told) return { waiting: { reason: told.waiting, message: told.message } };
  const { endedMs, message, exitCode = 0 } = told;
  return {
    terminated: {
      exitCode,
      reason: exitCode === 0 ? "Completed" : "Error",
      message,
      startedAt: text(endedMs),
      finishedAt: text(endedMs),
    },
  };
}
