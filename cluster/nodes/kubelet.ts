/** The kubelet of a node: its configuration, and how to start it. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cgroupOfRun, makeCgroups } from "../../test/kit/run/cgroups.ts";
import { binaries } from "../binaries/build.ts";
import { keyPair, makeCertificate, writeKubeconfig } from "../control-plane/certificates.ts";
import type { Cluster } from "../folder.ts";
import { GATEWAY, nodeAddress } from "../network/addresses.ts";
import type { DaemonDescription } from "../processes/daemon.ts";
import { prepareProvider } from "./credential-provider.ts";
import { type Node, socketOf } from "./node.ts";

/** Writes its configuration and credentials. @returns how to start it */
export async function describeKubelet(cluster: Cluster, node: Node): Promise<DaemonDescription> {
  const { name, settings, folder } = node;
  await makeCgroups(cluster.id, name);
  const user = `node-${name}`;
  await makeCertificate(cluster, { name: user, user: `system:node:${name}`, group: "system:nodes" });
  await writeKubeconfig(cluster, join(folder, "kubeconfig"), user, `https://${GATEWAY}`);
  const config = join(folder, "kubelet.json");
  // JSON is YAML, too.
  await writeFile(config, JSON.stringify(configuration(cluster, node), null, 2));
  return {
    name: `${name}.kubelet`,
    command: join(await binaries(settings.version, ["kubelet"]), "kubelet"),
    args: [
      `--config=${config}`,
      `--kubeconfig=${join(folder, "kubeconfig")}`,
      `--root-dir=${settings.kubeletRoot}`,
      `--cert-dir=${join(settings.kubeletRoot, "pki")}`,
      `--hostname-override=${name}`,
      `--node-ip=${nodeAddress(node.number)}`,
      "--v=2",
      ...(settings.labels.length > 0 ? [`--node-labels=${settings.labels.join(",")}`] : []),
      ...(await prepareProvider(node)),
    ],
    environment: { TMPDIR: "/var/tmp" },
  };
}

function configuration(cluster: Cluster, node: Node): object {
  const { version, gate, policy, allowlist, parallel, kubelet } = node.settings;
  return {
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    authentication: {
      x509: { clientCAFile: keyPair(cluster, "ca").certificate },
      anonymous: { enabled: false },
      webhook: { enabled: true },
    },
    authorization: { mode: "Webhook" },
    containerRuntimeEndpoint: `unix://${socketOf(node)}`,
    cgroupDriver: "cgroupfs",
    // All containers of a run lie below one group, with which they are cleaned away.
    cgroupRoot: `/${cgroupOfRun(cluster.id)}/${node.name}`,
    enforceNodeAllocatable: [],
    evictionHard: {},
    failSwapOn: false,
    makeIPTablesUtilChains: false,
    ...(version !== "1.34" && { failCgroupV1: false }),
    clusterDomain: "cluster.local",
    clusterDNS: ["10.96.0.10"],
    resolvConf: "/etc/resolv.conf",
    // Sooner than by default, so that tests wait less.
    nodeStatusUpdateFrequency: "5s",
    nodeLeaseDurationSeconds: 16,
    syncFrequency: "10s",
    ...(gate !== "default" && { featureGates: { KubeletEnsureSecretPulledImages: gate === "on" } }),
    ...(policy !== "" && { imagePullCredentialsVerificationPolicy: policy }),
    ...(allowlist.length > 0 && { preloadedImagesVerificationAllowlist: allowlist }),
    ...(parallel > 0 && { serializeImagePulls: false, maxParallelImagePulls: parallel }),
    ...kubelet,
  };
}
