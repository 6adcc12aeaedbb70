import { InputError } from "#domain/issue.ts";
import type { ApiAnswer, KubernetesApi } from "#ports/kubernetes.ts";
import type { World } from "../world.ts";
import { ClusterError } from "./cluster-error.ts";
import type { ClusterFlags } from "./flags.ts";

export interface Cluster {
  readonly api: KubernetesApi;
  /** Of --namespace. */
  readonly namespace: string | undefined;
}

/**
 * Opens the cluster that the flags name, lets a command use it, and closes it however the command ends. What the API server warns of is
 * told on standard error.
 * @throws InputError for a kubeconfig that cannot be used (exit 2), and what `use` throws
 */
export async function withCluster<T>(
  world: World,
  flags: ClusterFlags,
  use: (cluster: Cluster) => Promise<T>,
): Promise<T> {
  const cluster = await openCluster(world, flags);
  try {
    return await use(cluster);
  } finally {
    cluster.api.close();
  }
}

/**
 * The same for who closes it himself. Nothing is asked of the cluster yet.
 * @throws InputError
 */
export async function openCluster(world: World, { kubeconfig, context, namespace }: ClusterFlags): Promise<Cluster> {
  const onWarning = (text: string): void => world.terminal.stderr.write(`larder: the API server warns: ${text}\n`);
  const opened = await world.openKubernetes({ kubeconfig, context, onWarning });
  if (!opened.ok) throw new InputError([opened.error]);
  return { api: opened.value, namespace };
}

/**
 * What a command needs to go on.
 * @throws ClusterError (exit 4 where the cluster cannot be reached, 130 where the command was interrupted, else 1)
 */
export function answered<T>(answer: ApiAnswer<T>, { api }: Pick<Cluster, "api">): T {
  if (answer.ok) return answer.value;
  throw new ClusterError(answer.error, api.server);
}
