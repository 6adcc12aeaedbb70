/** Nodes that exist in the API only: kwok keeps them Ready and says that their pods run. For scale, not for truth. */
import { join } from "node:path";
import { binaries } from "../binaries/build.ts";
import { connectApi } from "../control-plane/api.ts";
import { keyPair, makeCertificate, writeKubeconfig } from "../control-plane/certificates.ts";
import type { Cluster } from "../folder.ts";
import { GATEWAY } from "../network/addresses.ts";
import { isRunning } from "../processes/daemon.ts";
import { startInside } from "../processes/holder.ts";
import { say, secondsSince } from "../say.ts";
import { type FakeContainers, writeKwokConfig } from "./config.ts";

export interface FakeNodeOptions {
  /** @default "fake"; nodes are called PREFIX-0, PREFIX-1, … */
  readonly prefix?: string;
  /** Keeps pods away that do not tolerate `kwok.x-k8s.io/node`. @default true */
  readonly taint?: boolean;
  /** Of all pods on all such nodes of the cluster; taken when the first nodes are added. @default they left and printed nothing */
  readonly containers?: FakeContainers;
}

const FAKE = { "kwok.x-k8s.io/node": "fake" };
const AT_ONCE = 32;
/** In the control plane's own network. */
const PORT = 10247;

/** Adds so many, and starts kwok if it does not run yet. */
export async function addFakeNodes(cluster: Cluster, count: number, options: FakeNodeOptions = {}): Promise<void> {
  const started = performance.now();
  if (!(await isRunning(cluster, "kwok"))) await startKwok(cluster, options.containers);
  const names = Array.from({ length: count }, (_, index) => `${options.prefix ?? "fake"}-${index}`);
  await forEach(cluster, names, async (api, name) => {
    const { status, body } = await api.send("POST", "/api/v1/nodes", fakeNode(cluster, name, options.taint ?? true));
    if (status !== 201 && status !== 409) throw new Error(`node ${name}: ${status} ${body}`);
  });
  say(`added ${count} fake nodes (${secondsSince(started)})`);
}

export async function removeFakeNodes(cluster: Cluster, names: readonly string[]): Promise<void> {
  await forEach(cluster, names, async (api, name) => {
    await api.send("DELETE", `/api/v1/nodes/${name}`);
  });
}

async function forEach(
  cluster: Cluster,
  names: readonly string[],
  act: (api: Awaited<ReturnType<typeof connectApi>>, name: string) => Promise<void>,
): Promise<void> {
  const api = await connectApi(cluster, AT_ONCE);
  const left = names.values();
  const lane = async (): Promise<void> => {
    for (const name of left) await act(api, name);
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
  } finally {
    api.close();
  }
}

/** Its own port is the kubelet's of all its nodes: the API server asks there for logs. */
async function startKwok(cluster: Cluster, containers: FakeContainers | undefined): Promise<void> {
  await makeCertificate(cluster, { name: "kwok", user: "kwok", group: "system:masters" });
  const { certificate, key } = keyPair(cluster, "kwok");
  const kubeconfig = join(cluster.path, "kwok.kubeconfig");
  await writeKubeconfig(cluster, kubeconfig, "kwok", "https://127.0.0.1");
  await startInside(cluster, "control-plane", ["net", "pid"], {
    name: "kwok",
    command: join(await binaries("kwok", ["kwok"]), "kwok"),
    args: [
      `--config=${await writeKwokConfig(cluster, containers)}`,
      `--kubeconfig=${kubeconfig}`,
      "--manage-all-nodes=false",
      "--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake",
      "--node-lease-duration-seconds=40",
      `--node-ip=${GATEWAY}`,
      `--node-port=${PORT}`,
      `--tls-cert-file=${certificate}`,
      `--tls-private-key-file=${key}`,
      "--v=WARN",
    ],
  });
}

function fakeNode(cluster: Cluster, name: string, taint: boolean): object {
  const room = { cpu: "32", memory: "256Gi", pods: "110" };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      annotations: FAKE,
      labels: {
        type: "kwok",
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
      },
    },
    spec: { ...(taint && { taints: [{ key: "kwok.x-k8s.io/node", value: "fake", effect: "NoSchedule" }] }) },
    status: {
      capacity: room,
      allocatable: room,
      nodeInfo: {
        architecture: "amd64",
        operatingSystem: "linux",
        osImage: "kwok",
        kernelVersion: "",
        machineID: "",
        bootID: "",
        systemUUID: "",
        containerRuntimeVersion: "containerd://2.2.9",
        kubeProxyVersion: "",
        kubeletVersion: `v${cluster.version}.0`,
      },
    },
  };
}
