/** etcd, kube-apiserver, kube-controller-manager and kube-scheduler in a network of their own, to which nodes are plugged. */
import { join } from "node:path";
import { findCommand } from "../../test/kit/run/find-command.ts";
import { binaries } from "../binaries/build.ts";
import { adminKubeconfig, type Cluster } from "../folder.ts";
import { GATEWAY, SERVICE_IP, SERVICE_RANGE } from "../network/addresses.ts";
import { startForward } from "../network/forward.ts";
import { startInside } from "../processes/holder.ts";
import { waitUntil } from "../processes/wait-until.ts";
import { connectApi } from "./api.ts";
import { prepareAudit } from "./audit.ts";
import { keyPair, makeAuthority, makeCertificate, makeTokenKey, writeKubeconfig } from "./certificates.ts";

const ETCD = "http://127.0.0.1:2379";

export interface ControlPlaneOptions {
  /** More options of kube-apiserver, for example `--feature-gates=…`. @default none */
  readonly apiserverArgs?: readonly string[];
  /**
   * For thousands of nodes that exist in the API only: controllers ask as often as they can, and do not count a node as lost because this
   * machine was too busy to say that it is there. @default false
   */
  readonly isLarge?: boolean;
}

/** Starts all four inside the namespaces of `control-plane` and waits until the API server is ready. */
export async function startControlPlane(
  cluster: Cluster,
  { apiserverArgs = [], isLarge = false }: ControlPlaneOptions = {},
): Promise<void> {
  const folder = await binaries(cluster.version, ["kube-apiserver", "kube-controller-manager", "kube-scheduler"]);
  await Promise.all([startEtcd(cluster), makeKeys(cluster), startForward(cluster, "api", cluster.ports.api, 443)]);
  await startApiServer(cluster, folder, apiserverArgs);
  await waitForApi(cluster);
  await startControllers(cluster, folder, isLarge);
}

/** Waits until the API server says that it is ready. */
export async function waitForApi(cluster: Cluster): Promise<void> {
  await waitForAnswer(cluster, "kube-apiserver", "/readyz");
}

/** Waits until the controllers have done what every pod of the namespace needs. */
export async function waitForAccounts(cluster: Cluster): Promise<void> {
  await waitForAnswer(cluster, "kube-controller-manager", "/api/v1/namespaces/default/serviceaccounts/default");
}

async function waitForAnswer(cluster: Cluster, daemon: string, path: string): Promise<void> {
  const api = await connectApi(cluster);
  try {
    const wait = { what: `an answer of ${daemon}`, seconds: 90, daemon };
    await waitUntil(cluster, wait, async () => (await api.send("GET", path)).status === 200);
  } finally {
    api.close();
  }
}

async function startEtcd(cluster: Cluster): Promise<void> {
  const data = ["--data-dir", join(cluster.path, "etcd"), "--unsafe-no-fsync"];
  const client = ["--listen-client-urls", ETCD, "--advertise-client-urls", ETCD];
  await startInside(cluster, "control-plane", ["net", "pid"], {
    name: "etcd",
    command: await findCommand("etcd", "etcd-server"),
    args: [...data, ...client, "--listen-peer-urls", "http://127.0.0.1:2380"],
  });
}

async function makeKeys(cluster: Cluster): Promise<void> {
  await Promise.all([makeAuthority(cluster), makeTokenKey(cluster)]);
  const names = ["localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc"].map(
    (name) => `DNS:${name}`,
  );
  const addresses = ["127.0.0.1", GATEWAY, SERVICE_IP].map((address) => `IP:${address}`);
  await Promise.all([
    makeCertificate(cluster, { name: "apiserver", user: "kube-apiserver", alternativeNames: [...names, ...addresses] }),
    makeCertificate(cluster, { name: "apiserver-kubelet", user: "kubelet-client", group: "system:masters" }),
    makeCertificate(cluster, { name: "admin", user: "admin", group: "system:masters" }),
    ...["kube-controller-manager", "kube-scheduler"].map((name) =>
      makeCertificate(cluster, { name, user: `system:${name}` }),
    ),
  ]);
  await writeKubeconfig(cluster, adminKubeconfig(cluster), "admin", `https://127.0.0.1:${cluster.ports.api}`);
  for (const name of ["kube-controller-manager", "kube-scheduler"]) {
    await writeKubeconfig(cluster, join(cluster.path, `${name}.kubeconfig`), name, "https://127.0.0.1:443");
  }
}

async function startApiServer(cluster: Cluster, folder: string, more: readonly string[]): Promise<void> {
  const server = keyPair(cluster, "apiserver");
  const kubelet = keyPair(cluster, "apiserver-kubelet");
  const issuer = "https://kubernetes.default.svc";
  await startInside(cluster, "control-plane", ["net", "pid"], {
    name: "kube-apiserver",
    command: join(folder, "kube-apiserver"),
    args: [
      `--etcd-servers=${ETCD}`,
      // The port of the service `kubernetes`, whose address is in this network: nothing has to translate it.
      "--bind-address=0.0.0.0",
      "--secure-port=443",
      `--advertise-address=${GATEWAY}`,
      `--service-cluster-ip-range=${SERVICE_RANGE}`,
      "--authorization-mode=Node,RBAC",
      "--allow-privileged",
      "--enable-admission-plugins=NodeRestriction",
      `--client-ca-file=${keyPair(cluster, "ca").certificate}`,
      `--tls-cert-file=${server.certificate}`,
      `--tls-private-key-file=${server.key}`,
      `--kubelet-client-certificate=${kubelet.certificate}`,
      `--kubelet-client-key=${kubelet.key}`,
      "--kubelet-preferred-address-types=InternalIP",
      `--service-account-issuer=${issuer}`,
      `--service-account-key-file=${join(cluster.path, "keys", "tokens.pub")}`,
      `--service-account-signing-key-file=${keyPair(cluster, "tokens").key}`,
      ...(await prepareAudit(cluster)),
      ...more,
    ],
  });
}

async function startControllers(cluster: Cluster, folder: string, isLarge: boolean): Promise<void> {
  const pace = isLarge ? ["--kube-api-qps=1000", "--kube-api-burst=1000"] : [];
  const start = (name: string, args: readonly string[]): Promise<void> =>
    startInside(cluster, "control-plane", ["net", "pid"], {
      name,
      command: join(folder, name),
      args: [`--kubeconfig=${join(cluster.path, `${name}.kubeconfig`)}`, "--leader-elect=false", ...pace, ...args],
    });
  await start("kube-scheduler", []);
  await start("kube-controller-manager", [
    `--service-account-private-key-file=${keyPair(cluster, "tokens").key}`,
    `--root-ca-file=${keyPair(cluster, "ca").certificate}`,
    "--use-service-account-credentials",
    // Kubelets here renew their lease every four seconds, so a node that was cut off is known to be so soon.
    `--node-monitor-grace-period=${isLarge ? "24h" : "16s"}`,
    "--node-monitor-period=2s",
  ]);
}
