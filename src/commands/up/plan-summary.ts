import { type AgentNeed } from "#domain/cluster/agent-need.ts";
import { pullsOneAtATime } from "#domain/cluster/flavor.ts";
import type { NodeFacts } from "#domain/cluster/node-facts.ts";
import type { NodeGroup } from "#domain/cluster/node-groups.ts";
import { formatSecretName } from "#domain/cluster/secret-name.ts";
import type { ShelfNeed } from "#domain/cluster/shelf-need.ts";
import { copiedSecrets } from "#domain/manifests/manifests.ts";
import type { Plan, PlanGain, PlanGroup } from "#present/plan/plan.ts";
import type { MadePlan } from "./make-plan.ts";

/** A plan in words, for people. */
export function planSummary(made: MadePlan): Plan {
  const { plan } = made;
  const { stock } = plan;
  return {
    stock: stock.name,
    namespace: stock.namespace,
    images: stock.images.length,
    groups: [
      ...plan.agentGroups.map((group) => agentGroup(group, stock.method)),
      ...plan.shelfGroups.map((group) => shelfGroup(group, stock.method)),
    ],
    shelves: plan.shelves.map(({ name, images, secret }) => ({
      name,
      images: images.map(({ reference }) => reference.written),
      secrets: secret === undefined ? [] : [formatSecretName(secret)],
    })),
    secrets: copiedSecrets(plan).map(({ from, to }) => ({
      from: formatSecretName(from),
      to: `${to.namespace}/${to.name}`,
    })),
    doubts: made.doubts.map(({ registry, images, reason }) => ({
      subject: images.length === 1 ? (images[0] ?? registry) : `${images.length} images of ${registry}`,
      what: `counted as private, since nobody can tell from here: ${reason}`,
    })),
    leftOut: made.leftOut.map(({ node, reason }) => ({ node, reason: `it ${reason}` })),
    gains: gainsOf(made),
    notes: notesOf(made),
  };
}

function shelfGroup({ need, nodes, because }: NodeGroup<ShelfNeed>, method: string): PlanGroup {
  const why =
    need.variant === "volume"
      ? "kubelet and runtime mount image volumes"
      : method === "hybrid"
        ? "the idle program in the images makes the kubelet adopt what the agent pulled"
        : "the idle program runs in the images: image volumes do not mount there";
  return { nodes: nodes.map(nameOf), method, variant: need.variant, why: `${why}; ${clause(because)}` };
}

function agentGroup({ need, nodes, because }: NodeGroup<AgentNeed>, method: string): PlanGroup {
  const plugins = need.plugins === undefined ? "" : " with the node's credential provider plugins";
  const why = `an agent at ${need.socket}${plugins} (${need.flavor.title}); ${clause(because)}`;
  return { nodes: nodes.map(nameOf), method, variant: "agent", why };
}

/** A sentence in the middle of another one. */
function clause(sentence: string): string {
  return `${sentence.charAt(0).toLowerCase()}${sentence.slice(1).replace(/\.$/, "")}`;
}

function gainsOf({ plan, flavors }: MadePlan): readonly PlanGain[] {
  if (plan.stock.method !== "kubelet") return [];
  const serial = flavors.flatMap(({ flavor, nodes }) =>
    flavor.agentsRefused === undefined ? nodes.filter((node) => pullsOneAtATime(flavor, node) === true) : [],
  );
  if (serial.length === 0) return [];
  const what = "would pull several images at a time, where these kubelets pull one after the other by default";
  return [{ method: "hybrid", nodes: serial.map(nameOf).toSorted(), what }];
}

function notesOf({ plan, flavors, compromise, remarks }: MadePlan): readonly string[] {
  const { method } = plan.stock;
  return [
    ...(method === "kubelet" ? [] : flavors.map(({ evidence }) => evidence)),
    ...(method === "cri" ? [LENDING] : []),
    ...(compromise === undefined ? [] : [compromise]),
    ...groupedRemarks(remarks),
    ...(plan.shelfGroups.some(({ need }) => need.variant === "volume" && need.pullPolicy === "IfNotPresent")
      ? [PRELOADED]
      : []),
  ];
}

const PRELOADED =
  "Where shelves mount image volumes on kubelets up to 1.36, an image that is on a node already stays without a record if no kubelet pulled it; larder verify --repair makes it pull.";

const LENDING =
  "The method cri lends private images to every pod of a node: the kubelet has no record of what an agent pulled. The method hybrid makes records.";

function groupedRemarks(remarks: MadePlan["remarks"]): readonly string[] {
  const nodesOf = new Map<string, string[]>();
  for (const { node, remark } of remarks) {
    const kind = remark.replace(/ since \S+/, "");
    nodesOf.set(kind, [...(nodesOf.get(kind) ?? []), node]);
  }
  return Array.from(nodesOf, ([remark, nodes]) => `${shortList(nodes)} ${remark}, and gets its pods nevertheless.`);
}

const NAMED_MAX = 3;

function shortList(names: readonly string[]): string {
  if (names.length <= NAMED_MAX) return names.join(", ");
  return `${names.slice(0, NAMED_MAX).join(", ")} and ${names.length - NAMED_MAX} more`;
}

function nameOf({ name }: NodeFacts): string {
  return name;
}
