/** Where everything stands now: one look, nothing is waited for. */

import type { ImageStanding } from "#domain/observing/image-standing.ts";
import { nodeStandings } from "#domain/observing/node-standing.ts";
import { type LarderPod, podFactsOf } from "#domain/observing/pod-facts.ts";
import { ok } from "#domain/result.ts";
import type { ApiAnswer, KubernetesApi } from "#ports/kubernetes.ts";
import { type AwaitedStock, observeNode, podQueries, withPods } from "./awaited-stock.ts";

export interface NodeSnapshot {
  readonly node: string;
  /** For people; undefined: it is ready. */
  readonly notReady: string | undefined;
  /** Stocks that mean it. */
  readonly stocks: readonly string[];
  /** By image as written, in the order of the Stocks. */
  readonly images: ReadonlyMap<string, ImageStanding>;
}

export interface Snapshot {
  /** By name. */
  readonly nodes: readonly NodeSnapshot[];
  /** Nodes that no Stock means for a reason of their own, as a clause after the name. */
  readonly leftOut: readonly { readonly node: string; readonly reason: string }[];
}

/**
 * Lists nodes and pods once, in as many requests as the lists have pages.
 * @param only names of nodes; undefined: all
 */
export async function snapshotStocks(
  stocks: readonly AwaitedStock[],
  api: Pick<KubernetesApi, "list">,
  signal: AbortSignal,
  only?: ReadonlySet<string>,
): Promise<ApiAnswer<Snapshot>> {
  const isAsked = (node: string): boolean => only === undefined || only.has(node);
  const [nodes, ...lists] = await Promise.all([
    api.list({ resource: "nodes" }, (object) => observeNode(object, stocks), signal),
    ...podQueries(stocks).map((query) => api.list(query, podFactsOf, signal)),
  ]);
  if (!nodes.ok) return nodes;
  const podsByNode = new Map<string, LarderPod[]>();
  for (const pods of lists) {
    if (!pods.ok) return pods;
    for (const pod of pods.value) {
      if (!isAsked(pod.node)) continue;
      const others = podsByNode.get(pod.node);
      if (others) others.push(pod);
      else podsByNode.set(pod.node, [pod]);
    }
  }
  const asked = nodes.value
    .filter(({ name }) => isAsked(name))
    .map((node) => (podsByNode.has(node.name) ? withPods(node) : node));
  const meant = asked.filter(({ wanted }) => wanted.length > 0);
  return ok({
    nodes: meant
      .map(({ name, notReady, wanted }) => ({
        node: name,
        notReady,
        stocks: wanted.map(({ stock }) => stock),
        images: nodeStandings(wanted, podsByNode.get(name) ?? []),
      }))
      .sort((a, b) => (a.node < b.node ? -1 : 1)),
    leftOut: asked.flatMap(({ name, leftOut }) => (leftOut ? [{ node: name, reason: leftOut.reason }] : [])),
  });
}
