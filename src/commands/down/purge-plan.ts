import { eligibilityOf } from "#domain/cluster/eligibility.ts";
import { type Flavor, findFlavor } from "#domain/cluster/flavor.ts";
import { nodeFactsOf } from "#domain/cluster/node-facts.ts";
import { normalizedImage } from "#domain/image/reference.ts";
import { InputError, type Issue } from "#domain/issue.ts";
import { agentsNamespaceOf } from "#domain/manifests/agents-namespace.ts";
import type { Inventory } from "#domain/manifests/inventory.ts";
import { purgedNodes, purgeManifests } from "#domain/manifests/purge-manifests.ts";
import { planStock } from "#domain/planning/plan-stock.ts";
import type { Stock } from "#domain/stock/stock.ts";
import { quote } from "#inputs/quote.ts";
import type { PurgePlan } from "#workflows/purging/purge-images.ts";
import { findInventory, stocksIn } from "#workflows/stocking/inventories.ts";
import { namespaceState } from "#workflows/stocking/namespaces.ts";
import { agentImageOf } from "../agent-image.ts";
import { answered, type Cluster } from "../cluster/open-cluster.ts";
import type { World } from "../world.ts";
import type { DownFlags } from "./command.ts";

export interface PurgeChoices {
  readonly agentImage: string;
  readonly flavor?: Flavor;
}

/** @throws InputError with all that is wrong */
export function readPurgeChoices(flags: DownFlags, world: World): PurgeChoices | undefined {
  if (!flags.purgeImages) {
    const named = [...(flags.agentImage ? ["--agent-image"] : []), ...(flags.flavor ? ["--flavor"] : [])];
    if (named.length > 0) throw new InputError(named.map(withoutPurging));
    return undefined;
  }
  const agentImage = agentImageOf(flags.agentImage, world);
  const flavor = flags.flavor === undefined ? undefined : findFlavor(flags.flavor);
  const issues = [
    ...(agentImage.ok ? [] : [agentImage.error]),
    ...(flavor?.ok === false ? [wrongFlavor(flags.flavor ?? "", flavor.error)] : []),
  ];
  if (issues.length > 0 || !agentImage.ok) throw new InputError(issues);
  return { agentImage: agentImage.value, ...(flavor?.ok && { flavor: flavor.value }) };
}

/** What of a Stock decides what is purged where; an inventory and a file both say it. */
type StockToPurge = Pick<Inventory, "name" | "namespace" | "nodes" | "images" | "nodeLabels">;

/**
 * Made before anything is taken away, since a purge that is impossible must change nothing.
 * @returns the plan, without nodes where there is nothing to purge; and how many images stay, since other Stocks list them
 * @throws InputError, ClusterError
 */
export async function makePurgePlan(
  stock: StockToPurge,
  choices: PurgeChoices,
  cluster: Cluster,
  { version }: World,
  signal: AbortSignal,
): Promise<{ readonly plan: PurgePlan; readonly kept: number }> {
  const { api } = cluster;
  const keep = await imagesOfOthers(stock, cluster, signal);
  const keptNames = new Set(keep.map(({ reference }) => normalizedImage(reference)));
  const images = stock.images.filter(({ reference }) => !keptNames.has(normalizedImage(reference)));
  const kept = stock.images.length - images.length;
  const all = answered(await api.list({ resource: "nodes" }, nodeFactsOf, signal), cluster);
  const isMeant = all.some((node) => eligibilityOf(node, stock.nodes).kind !== "left-out");
  const nowhere = { plan: { stock, objects: [], nodes: new Map<string, readonly string[]>() }, kept };
  if (images.length === 0 || !isMeant) return nowhere;
  const agents = agentsNamespaceOf(stock.namespace);
  const { state } = answered(await namespaceState(agents, api, signal), cluster);
  const facts = {
    nodes: all,
    apiGroups: answered(await api.groups(signal), cluster),
    secrets: new Map(),
    configs: new Map(),
    isPublic: () => true,
    ownNamespaces: state === "foreign" ? [] : [{ name: agents, isMadeByUp: true }],
  };
  // Groups need no label: here nodes are told apart by their names.
  const planned = planStock(agentStock(stock, images), facts, { ...choices, version, mayLabelNodes: true });
  if (!planned.ok) throw new InputError([impossible(stock.name, planned.error)]);
  const { plan } = planned.value;
  const objects = purgeManifests(
    plan,
    keep.map(({ reference }) => reference.written),
  );
  return { plan: { stock, objects, nodes: purgedNodes(plan) }, kept };
}

function agentStock({ name, namespace, nodes, nodeLabels }: StockToPurge, images: StockToPurge["images"]): Stock {
  return {
    name,
    namespace,
    images,
    nodes,
    nodeLabels,
    pullSecrets: [],
    method: "cri",
    pacing: { spreadMs: 0, shelfSize: 1 },
    timeoutMs: 0,
    graceMs: 0,
  };
}

/** @throws InputError where a Stock cannot be read: nobody knows what it needs */
async function imagesOfOthers(
  stock: StockToPurge,
  cluster: Cluster,
  signal: AbortSignal,
): Promise<StockToPurge["images"]> {
  const stocks = answered(await stocksIn(stock.namespace, cluster.api, signal), cluster);
  const images: StockToPurge["images"][number][] = [];
  for (const other of stocks.filter(({ name }) => name !== stock.name)) {
    const found = answered(await findInventory(other, cluster.api, signal), cluster);
    if (found?.ok === false) throw new InputError([impossible(other.name, `its list ${found.error}`)]);
    images.push(...(found?.value.images ?? []));
  }
  return images;
}

function impossible(stock: string, sentence: string): Issue {
  const problem = `its images cannot be purged: ${sentence.replace(/\.$/, "")}`;
  return { code: "STOCK_IMPOSSIBLE", at: { file: `Stock ${stock}` }, problem, remedy: "leave --purge-images out" };
}

function withoutPurging(option: string): Issue {
  const problem = "no image is removed that it could be about";
  return { code: "OPTION_INVALID", at: { file: option }, problem, remedy: "add --purge-images, or leave it out" };
}

function wrongFlavor(id: string, why: string): Issue {
  const remedy = "name a distribution by its id, or leave the option out";
  return { code: "OPTION_INVALID", at: { file: "--flavor" }, problem: `${quote(id)} ${why}`, remedy };
}
