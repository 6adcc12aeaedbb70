/** What a Stock has in the cluster, as its API tells it; and namespaces that do not want to go. */
import { AppsV1Api, KubeConfig } from "@kubernetes/client-node";
import { onTestFinished } from "vitest";
import { adminKubeconfig } from "../../../cluster/folder.ts";
import { stockSelector } from "../../../src/domain/manifests/labels.ts";
import { cluster, core } from "./cluster.ts";

const config = new KubeConfig();
config.loadFromFile(adminKubeconfig(cluster));
const apps = config.makeApiClient(AppsV1Api);

/** Names. */
export async function daemonSetsIn(namespace: string, stock: string): Promise<string[]> {
  const { items } = await apps.listNamespacedDaemonSet({ namespace, labelSelector: stockSelector(stock) });
  return items.map(({ metadata }) => metadata?.name ?? "");
}

/** Names. */
export async function inventoriesIn(namespace: string): Promise<string[]> {
  const { items } = await core.listNamespacedConfigMap({ namespace });
  return items.map(({ metadata }) => metadata?.name ?? "").filter((name) => name.startsWith("larder-stock-"));
}

export async function isNamespaceThere(name: string): Promise<boolean> {
  const { items } = await core.listNamespace({ fieldSelector: `metadata.name=${name}` });
  return items.length > 0;
}

/**
 * Puts something into a namespace that keeps it from going, until the test ends at the latest.
 * @returns lets it go
 */
export async function keepNamespace(namespace: string): Promise<() => Promise<void>> {
  const name = "stays";
  const finalizers = ["larder.test/stays"];
  await core.createNamespacedConfigMap({ namespace, body: { metadata: { name, finalizers } } });
  const letGo = async (): Promise<void> => {
    const body = [{ op: "remove", path: "/metadata/finalizers" }];
    await core.patchNamespacedConfigMap({ name, namespace, body });
  };
  onTestFinished(() => letGo().catch(() => {}));
  return letGo;
}
