import { agentsNamespaceOf } from "../manifests/agents-namespace.ts";
import type { StockMethod } from "../stock/stock.ts";
import { agentStandings } from "./agent-standing.ts";
import { bestStanding, type ImageStanding, joinedStanding, worstStanding } from "./image-standing.ts";
import type { LarderPod } from "./pod-facts.ts";
import { shelfStanding } from "./shelf-standing.ts";

/** What a Stock wants on one node. */
export interface Wanted {
  readonly stock: string;
  readonly namespace: string;
  readonly method: StockMethod;
  /** Versions of pods that count; absent or empty: all. */
  readonly revisions?: readonly string[];
  /** As written. */
  readonly images: readonly string[];
}

/**
 * Where every wanted image stands on a node.
 * @param wanted the Stocks that mean this node
 * @param pods those of the node; others and those of other Stocks are ignored
 * @returns by image as written, in the order of the Stocks
 */
export function nodeStandings(
  wanted: readonly Wanted[],
  pods: readonly LarderPod[],
): ReadonlyMap<string, ImageStanding> {
  const found = new Map<string, ImageStanding[]>();
  for (const { stock, namespace, method, images, revisions = [] } of wanted) {
    const mine = pods.filter((pod) => pod.stock === stock && isIn(namespace, pod.namespace) && isMeant(pod, revisions));
    const shelves = byImage(mine.filter(({ role }) => role === "shelf"));
    const agents = byImage(mine.filter(({ role }) => role === "agent"));
    for (const image of images) {
      const standing = standingBy(method, shelves.get(image), agents.get(image));
      const others = found.get(image);
      if (others) others.push(standing);
      else found.set(image, [standing]);
    }
  }
  return new Map(Array.from(found, ([image, standings]) => [image, worstStanding(standings) ?? { kind: "waiting" }]));
}

function isMeant({ revision }: LarderPod, revisions: readonly string[]): boolean {
  return revisions.length === 0 || revisions.includes(revision);
}

/** Agents live in a namespace of their own beside it. */
function isIn(namespace: string, found: string): boolean {
  return found === namespace || found === agentsNamespaceOf(namespace);
}

function standingBy(
  method: StockMethod,
  shelves: readonly ImageStanding[] = [],
  agents: readonly ImageStanding[] = [],
): ImageStanding {
  const [shelf, agent] = [bestStanding(shelves), bestStanding(agents)];
  switch (method) {
    case "kubelet":
      return shelf ?? { kind: "waiting" };
    case "cri":
      return agent ?? { kind: "waiting" };
    case "hybrid":
      return joinedStanding(shelf, agent);
  }
}

/** Pods that are being deleted count only where nothing has taken their place. */
function byImage(pods: readonly LarderPod[]): ReadonlyMap<string, readonly ImageStanding[]> {
  const staying = pods.filter(({ isDeleting }) => !isDeleting);
  const standings = new Map<string, ImageStanding[]>();
  for (const pod of staying.length > 0 ? staying : pods) {
    for (const container of pod.containers) {
      const own = pod.role === "agent" ? agentStandings(pod, container) : shelfStandings(pod, container);
      container.images.forEach((image, index) => {
        const standing = own[index];
        if (standing) standings.set(image, [...(standings.get(image) ?? []), standing]);
      });
    }
  }
  return standings;
}

function shelfStandings(pod: LarderPod, container: LarderPod["containers"][number]): readonly ImageStanding[] {
  const standing = shelfStanding(pod, container);
  return container.images.map(() => standing);
}
