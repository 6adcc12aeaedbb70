/** What kwok says of the pods of its nodes, as its configuration file has it (kwok 0.7, apis/v1alpha1: Stage, ClusterLogs). */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Cluster } from "../folder.ts";

export interface FakeContainers {
  /** What every init container leaves behind. @default "" */
  readonly terminationMessage?: string;
  /** Lines that every container printed. @default none */
  readonly log?: readonly string[];
}

/** How many nodes, and pods, are brought up at once. */
const AT_ONCE = 16;

/** @returns the file */
export async function writeKwokConfig(cluster: Cluster, containers: FakeContainers = {}): Promise<string> {
  const log = join(cluster.path, "kwok-containers.log");
  const time = new Date().toISOString();
  const lines = (containers.log ?? []).map((line) => `${time} stdout F ${line}\n`);
  await writeFile(log, lines.join(""));
  const documents = [
    {
      apiVersion: "config.kwok.x-k8s.io/v1alpha1",
      kind: "KwokConfiguration",
      metadata: { name: "kwok" },
      options: { nodePlayStageParallelism: AT_ONCE, podPlayStageParallelism: AT_ONCE, nodeLeaseParallelism: AT_ONCE },
    },
    stage("pod-ready", ".status.podIP", "DoesNotExist", {
      statusTemplate: running(containers.terminationMessage ?? ""),
    }),
    stage("pod-delete", ".metadata.deletionTimestamp", "Exists", { finalizers: { empty: true }, delete: true }),
    {
      apiVersion: "kwok.x-k8s.io/v1alpha1",
      kind: "ClusterLogs",
      metadata: { name: "containers" },
      spec: { logs: [{ logsFile: log, follow: false }] },
    },
  ];
  const file = join(cluster.path, "kwok.yaml");
  // JSON is YAML.
  await writeFile(file, documents.map((document) => `---\n${JSON.stringify(document)}\n`).join(""));
  return file;
}

function stage(name: string, key: string, operator: string, next: object): object {
  const staying = { key: ".metadata.deletionTimestamp", operator: "DoesNotExist" };
  const matchExpressions = name === "pod-delete" ? [{ key, operator }] : [staying, { key, operator }];
  return {
    apiVersion: "kwok.x-k8s.io/v1alpha1",
    kind: "Stage",
    metadata: { name },
    spec: { resourceRef: { apiGroup: "v1", kind: "Pod" }, selector: { matchExpressions }, next },
  };
}

/** Init containers have ended, and all others run: kwok's own `pod-ready`, with a message. */
function running(message: string): string {
  return `
{{ $now := Now | Quote }}
conditions:
{{ range list "PodReadyToStartContainers" "Initialized" "Ready" "ContainersReady" }}
- {lastTransitionTime: {{ $now }}, status: "True", type: {{ . | Quote }}}
{{ end }}
containerStatuses:
{{ range .spec.containers }}
- image: {{ .image | Quote }}
  name: {{ .name | Quote }}
  ready: true
  restartCount: 0
  started: true
  state: {running: {startedAt: {{ $now }}}}
{{ end }}
initContainerStatuses:
{{ range .spec.initContainers }}
- image: {{ .image | Quote }}
  name: {{ .name | Quote }}
  ready: true
  restartCount: 0
  state: {terminated: {exitCode: 0, reason: Completed, message: ${JSON.stringify(message)}, startedAt: {{ $now }}, finishedAt: {{ $now }}}}
{{ end }}
hostIP: {{ NodeIPWith .spec.nodeName | Quote }}
podIP: {{ PodIPWith .spec.nodeName ( or .spec.hostNetwork false ) ( or .metadata.uid "" ) ( or .metadata.name "" ) ( or .metadata.namespace "" ) | Quote }}
phase: Running
startTime: {{ $now }}
`;
}
