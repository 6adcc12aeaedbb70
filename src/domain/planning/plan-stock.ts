/** Decides everything about a Stock on a cluster: which nodes, which pods, with which secret, and why; from facts alone. */
import { type AgentNeed, agentGroupsOf } from "../cluster/agent-need.ts";
import type { ApiObject } from "../cluster/api-object.ts";
import { type DetectedFlavor, detectFlavor, namedFlavor } from "../cluster/detect-flavor.ts";
import { eligibilityOf } from "../cluster/eligibility.ts";
import type { Flavor } from "../cluster/flavor.ts";
import { affinityOf } from "../cluster/node-affinity.ts";
import type { NodeFacts } from "../cluster/node-facts.ts";
import type { Grouping } from "../cluster/node-groups.ts";
import { formatSecretName, type SecretName } from "../cluster/secret-name.ts";
import { type ShelfGroups, shelfGroupsOf } from "../cluster/shelf-need.ts";
import { SecretText } from "../credentials/secret-text.ts";
import { textAt, textMapAt } from "../json/unknown-value.ts";
import type { OwnNamespace, SourceSecret, StockPlan } from "../manifests/stock-plan.ts";
import { ok, type Result } from "../result.ts";
import type { SecretConfigs } from "../stock/secret-offer.ts";
import { arrangeShelves } from "../stock/shelves.ts";
import type { Stock, StockImage } from "../stock/stock.ts";

export interface PlanningFacts {
  readonly nodes: readonly NodeFacts[];
  readonly apiGroups: readonly string[];
  /** The pull secrets that are there, by `NAMESPACE/NAME`. */
  readonly secrets: ReadonlyMap<string, ApiObject>;
  readonly configs: SecretConfigs;
  readonly isPublic: (image: StockImage) => boolean;
  readonly ownNamespaces: readonly OwnNamespace[];
}

export interface PlanningChoices {
  readonly agentImage: string;
  /** Of Larder. */
  readonly version: string;
  /** As a person named it; absent: it is detected. */
  readonly flavor?: Flavor;
  readonly mayLabelNodes: boolean;
}

export interface PlannedStock {
  readonly plan: StockPlan;
  /** Labels that nodes have to get before the pods come, by the node's name. */
  readonly nodeLabels: ReadonlyMap<string, string>;
  readonly flavors: readonly DetectedFlavor[];
  /** Why nodes that could do better share the lesser way, as a sentence. */
  readonly compromise?: string;
  readonly leftOut: readonly { readonly node: string; readonly reason: string }[];
  /** What is odd about nodes that are meant nevertheless, as clauses after their names. */
  readonly remarks: readonly { readonly node: string; readonly remark: string }[];
  /** Images that no secret matches. */
  readonly unmatched: readonly StockImage[];
}

/** @returns the plan, or why there can be none, as a sentence */
export function planStock(
  stock: Stock,
  facts: PlanningFacts,
  { agentImage, version, flavor, mayLabelNodes }: PlanningChoices,
): Result<PlannedStock, string> {
  const { eligible, leftOut, remarks } = sortNodes(stock, facts.nodes);
  const flavors = flavor === undefined ? detectFlavor(eligible, facts.apiGroups) : namedFlavor(flavor, eligible);
  const options = { mayLabel: mayLabelNodes, ignoredLabels: [...stock.nodeLabels.keys()] };
  const agents = agentsOf(stock, flavors, options);
  if (!agents.ok) return agents;
  const shelves = shelvesOf(stock, eligible, options);
  const arranged = arrangeShelves(stock, facts);
  const plan: StockPlan = {
    stock,
    shelves: stock.method === "cri" ? [] : arranged.shelves,
    shelfGroups: shelves.groups,
    agentGroups: agents.value.groups,
    affinity: affinityOf(stock.nodes, facts.nodes),
    secrets: [...facts.secrets].flatMap(([name, secret]) => sourceSecret(name, secret, stock)),
    agentImage,
    hasSecurityContextConstraints: flavors.some((one) => one.flavor.hasSecurityContextConstraints),
    ownNamespaces: facts.ownNamespaces,
    hasLabelledNodes: shelves.labels.size + agents.value.labels.size > 0,
    version,
  };
  const nodeLabels = new Map([...shelves.labels, ...agents.value.labels]);
  const { compromise } = shelves;
  return ok({
    plan,
    nodeLabels,
    flavors,
    ...(compromise !== undefined && { compromise }),
    leftOut,
    remarks,
    unmatched: arranged.unmatched,
  });
}

const noGroups = { groups: [], labels: new Map<string, string>() };

interface LabelOptions {
  readonly mayLabel: boolean;
  readonly ignoredLabels: readonly string[];
}

function agentsOf(
  { method }: Stock,
  flavors: readonly DetectedFlavor[],
  options: LabelOptions,
): Result<Grouping<AgentNeed>, string> {
  return method === "kubelet" ? ok(noGroups) : agentGroupsOf(flavors, options);
}

function shelvesOf({ method }: Stock, nodes: readonly NodeFacts[], options: LabelOptions): ShelfGroups {
  return method === "cri" ? noGroups : shelfGroupsOf(nodes, method, options);
}

function sortNodes(stock: Stock, nodes: readonly NodeFacts[]) {
  const eligible: NodeFacts[] = [];
  const leftOut: { node: string; reason: string }[] = [];
  const remarks: { node: string; remark: string }[] = [];
  for (const node of nodes) {
    const judged = eligibilityOf(node, stock.nodes);
    if (judged.kind === "left-out") leftOut.push({ node: node.name, reason: judged.reason });
    else {
      eligible.push(node);
      remarks.push(...judged.remarks.map((remark) => ({ node: node.name, remark })));
    }
  }
  return { eligible, leftOut, remarks };
}

function sourceSecret(text: string, secret: ApiObject, stock: Stock): readonly SourceSecret[] {
  const name = namesOf(stock).find((candidate) => formatSecretName(candidate) === text);
  if (name === undefined) return [];
  const { uid, resourceVersion } = secret.metadata;
  const data = Array.from(textMapAt(secret, "data"), ([key, value]) => [key, new SecretText(value)] as const);
  return [
    {
      name,
      type: textAt(secret, "type") ?? "Opaque",
      data: new Map(data),
      ...(uid !== undefined && { uid }),
      ...(resourceVersion !== undefined && { resourceVersion }),
    },
  ];
}

function namesOf({ pullSecrets, images }: Stock): readonly SecretName[] {
  return [...pullSecrets, ...images.flatMap(({ secrets = [] }) => secrets)];
}
