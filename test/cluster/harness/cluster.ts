import { AdmissionregistrationV1Api, CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { inject } from "vitest";
import { adminKubeconfig, type Cluster, openCluster } from "../../../cluster/folder.ts";

/** The cluster of this tier, as its admin. */
export const cluster: Cluster = await openCluster(inject("cluster"));

const config = new KubeConfig();
config.loadFromFile(adminKubeconfig(cluster));

export const core = config.makeApiClient(CoreV1Api);
export const admission = config.makeApiClient(AdmissionregistrationV1Api);
