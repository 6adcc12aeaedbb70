import { inject } from "vitest";
import { adminKubeconfig, type Cluster, openCluster } from "../../../cluster/folder.ts";
import { openKubernetes } from "../../../src/effects/kubernetes/open.ts";
import { systemClock } from "../../../src/effects/system/clock.ts";
import { systemFiles } from "../../../src/effects/system/files.ts";
import type { KubernetesApi } from "../../../src/ports/kubernetes.ts";

/** Larder's own client on the cluster of this tier, as its admin; to be closed. */
export async function openApi(cluster?: Cluster): Promise<KubernetesApi> {
  const kubeconfig = adminKubeconfig(cluster ?? (await openCluster(inject("cluster"))));
  const opened = await openKubernetes(
    { kubeconfig },
    {
      environment: {},
      clock: systemClock(),
      files: systemFiles(),
      random: Math.random,
      kill: (pid, signal) => void process.kill(pid, signal),
      userAgent: "larder/test",
    },
  );
  if (!opened.ok) throw new Error(opened.error.problem);
  return opened.value;
}
