import type { ApiObject } from "#domain/cluster/api-object.ts";
import { eligibilityOf, isImageFor, type LeftOutCause } from "#domain/cluster/eligibility.ts";
import { type NodeFacts, nodeFactsOf } from "#domain/cluster/node-facts.ts";
import type { Platform } from "#domain/cluster/platform.ts";
import { agentsNamespaceOf } from "#domain/manifests/agents-namespace.ts";
import { MANAGED_BY, MANAGED_BY_LABEL, ROLE_LABEL, STOCK_LABEL } from "#domain/manifests/labels.ts";
import type { Wanted } from "#domain/observing/node-standing.ts";
import type { NodeSelection, StockMethod } from "#domain/stock/stock.ts";
import type { NamespacedQuery } from "#ports/kubernetes.ts";

/** What `up` put into the cluster, as far as waiting for it needs to know. */
export interface AwaitedStock {
  readonly name: string;
  readonly namespace: string;
  readonly method: StockMethod;
  readonly images: readonly AwaitedImage[];
  readonly nodes: NodeSelection;
  /** In ms; see `Stock`. */
  readonly graceMs: number;
  /** Versions of pods that count; absent or empty: all. */
  readonly revisions?: readonly string[];
  /** Agents of this Stock use the network of their node. @default false */
  readonly usesHostNetwork?: boolean;
}

export interface AwaitedImage {
  /** As written. */
  readonly image: string;
  readonly platform?: Platform;
}

/** What is kept of a node. */
export interface ObservedNode {
  readonly name: string;
  /** Why it is not ready, for people; undefined: it is. */
  readonly notReady: string | undefined;
  /** What the Stocks that mean it want on it; empty: none does. */
  readonly wanted: readonly WantedStock[];
  /** The same, once their pods are there: a node that is cut off gets a taint that keeps new pods away, and comes back. */
  readonly wantedOfPods: readonly WantedStock[];
  /** Why it is left out, where the reason is not what the Stock itself asks for; only if no Stock means it. */
  readonly leftOut: LeftOut | undefined;
}

export interface WantedStock extends Wanted {
  readonly graceMs: number;
}

export interface LeftOut {
  /** A clause after the node's name: `runs windows`. */
  readonly reason: string;
}

/** Causes that nobody asked for by labels, names or architectures. */
const surprising: ReadonlySet<LeftOutCause> = new Set(["os", "virtual", "taint"]);

export function observeNode(object: ApiObject, stocks: readonly AwaitedStock[]): ObservedNode {
  const facts = nodeFactsOf(object);
  const wanted: WantedStock[] = [];
  const wantedOfPods: WantedStock[] = [];
  let leftOut: LeftOut | undefined;
  let isOnlyAsked = false;
  for (const stock of stocks) {
    const usesHostNetwork = stock.usesHostNetwork ?? false;
    const eligibility = eligibilityOf(facts, stock.nodes, { usesHostNetwork });
    const ofPods = eligibilityOf(facts, stock.nodes, { usesHostNetwork, isThere: true });
    if (ofPods.kind === "eligible") wantedOfPods.push(wantedOn(facts, stock));
    if (eligibility.kind === "eligible") wanted.push(wantedOn(facts, stock));
    else if (surprising.has(eligibility.cause)) leftOut ??= { reason: eligibility.reason };
    else isOnlyAsked = true;
  }
  const { isReady, since, reason } = facts.readiness;
  const when = since === undefined ? "" : ` since ${since}`;
  return {
    name: facts.name,
    notReady: isReady ? undefined : `the node is not ready${when}: ${reason ?? "no reason is given"}`,
    wanted,
    wantedOfPods,
    leftOut: wanted.length > 0 || isOnlyAsked ? undefined : leftOut,
  };
}

function wantedOn(
  facts: NodeFacts,
  { name, namespace, method, graceMs, images, revisions = [] }: AwaitedStock,
): WantedStock {
  const own = images.filter((image) => isImageFor(facts, image)).map(({ image }) => image);
  return { stock: name, namespace, method, graceMs, images: own, revisions };
}

/** As it is meant where pods of the Stocks are there already. */
export function withPods(node: ObservedNode): ObservedNode {
  const { wantedOfPods: wanted } = node;
  return { ...node, wanted, leftOut: wanted.length === 0 ? node.leftOut : undefined };
}

/** Where the pods of the Stocks are: one query for each namespace. */
export function podQueries(stocks: readonly AwaitedStock[]): readonly NamespacedQuery[] {
  const names = new Map<string, Set<string>>();
  for (const { name, namespace, method } of stocks) {
    const places = [
      ...(method === "cri" ? [] : [namespace]),
      ...(method === "kubelet" ? [] : [agentsNamespaceOf(namespace)]),
    ];
    for (const place of places) names.set(place, (names.get(place) ?? new Set()).add(name));
  }
  return Array.from(names, ([namespace, inIt]) => ({
    resource: "pods",
    namespace,
    labelSelector: [
      `${MANAGED_BY_LABEL}=${MANAGED_BY}`,
      `${STOCK_LABEL} in (${[...inIt].join(",")})`,
      `${ROLE_LABEL} in (shelf,agent)`,
    ].join(","),
  }));
}
