import { inject } from "vitest";
import { adminKubeconfig, openCluster } from "../../../cluster/folder.ts";
import { type KubernetesTimes, openKubernetes } from "../../../src/effects/kubernetes/open.ts";
import { systemClock } from "../../../src/effects/system/clock.ts";
import { systemFiles } from "../../../src/effects/system/files.ts";
import type { KubernetesApi } from "../../../src/ports/kubernetes.ts";

/** Larder's own client on the cluster of this tier, as its admin; to be closed. */
export async function openApi(times: KubernetesTimes = {}): Promise<KubernetesApi> {
  const kubeconfig = adminKubeconfig(await openCluster(inject("cluster")));
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
    times,
  );
  if (!opened.ok) throw new Error(opened.error.problem);
  return opened.value;
}
