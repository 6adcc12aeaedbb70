import { agentGroupsOf } from "#domain/cluster/agent-need.ts";
import { detectFlavor } from "#domain/cluster/detect-flavor.ts";
import { eligibilityOf } from "#domain/cluster/eligibility.ts";
import { affinityOf } from "#domain/cluster/node-affinity.ts";
import type { NodeFacts } from "#domain/cluster/node-facts.ts";
import { formatSecretName, parseSecretName } from "#domain/cluster/secret-name.ts";
import { shelfGroupsOf } from "#domain/cluster/shelf-need.ts";
import { SecretText } from "#domain/credentials/secret-text.ts";
import { agentsNamespaceOf } from "#domain/manifests/agents-namespace.ts";
import type { SourceSecret, StockPlan } from "#domain/manifests/stock-plan.ts";
import { ok } from "#domain/result.ts";
import { arrangeShelves, type Shelf } from "#domain/stock/shelves.ts";
import type { Stock } from "#domain/stock/stock.ts";
import { readStocks } from "#inputs/stock/read-stocks.ts";

export interface Situation {
  /** What follows `spec:` of the Stock, as YAML in braces. */
  readonly spec: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly nodes: readonly NodeFacts[];
  readonly apiGroups?: readonly string[];
  readonly secrets?: readonly SourceSecret[];
  /** Registries whose images need no password. */
  readonly publicRegistries?: readonly string[];
  readonly agentImage?: string;
  readonly mayLabel?: boolean;
}

/** A pull secret for registries, with the user `alice`. */
export function sampleSecret(text: string, registries: readonly string[], password = "wonder"): SourceSecret {
  const name = parseSecretName(text);
  if (!name.ok) throw new Error(name.error);
  const auths = Object.fromEntries(registries.map((registry) => [registry, { username: "alice", password }]));
  const data = Buffer.from(JSON.stringify({ auths })).toString("base64");
  return {
    name: name.value,
    type: "kubernetes.io/dockerconfigjson",
    data: new Map([[".dockerconfigjson", new SecretText(data)]]),
    uid: `uid-of-${text}`,
    resourceVersion: "7",
  };
}

/** The plan that a Stock gives on such a cluster. */
export async function samplePlan(situation: Situation): Promise<StockPlan> {
  const { nodes, secrets = [], mayLabel = false, apiGroups = [] } = situation;
  const stock = await readSpec(situation);
  const meant = nodes.filter((node) => eligibilityOf(node, stock.nodes).kind === "eligible");
  const detected = detectFlavor(meant, apiGroups);
  const agents = agentGroupsOf(detected, { mayLabel });
  if (stock.method !== "kubelet" && !agents.ok) throw new Error(agents.error);
  const agentGroups = stock.method === "kubelet" || !agents.ok ? [] : agents.value.groups;
  const shelfGroups = stock.method === "cri" ? [] : shelfGroupsOf(meant, stock.method, { mayLabel }).groups;
  const names = [stock.namespace, ...(agentGroups.length > 0 ? [agentsNamespaceOf(stock.namespace)] : [])];
  return {
    stock,
    shelves: stock.method === "cri" ? [] : shelvesOf(stock, situation),
    shelfGroups,
    agentGroups,
    affinity: affinityOf(stock.nodes, nodes),
    secrets,
    agentImage: situation.agentImage ?? "ghcr.io/kube-larder/larder:1.2.3",
    hasSecurityContextConstraints: detected.some(({ flavor }) => flavor.hasSecurityContextConstraints),
    ownNamespaces: names.map((name) => ({ name, isMadeByUp: true })),
    hasLabelledNodes: false,
    version: "1.2.3",
  };
}

function shelvesOf(stock: Stock, { secrets = [], publicRegistries = [] }: Situation): readonly Shelf[] {
  const configs = new Map(secrets.map((secret) => [formatSecretName(secret.name), entriesOf(secret)]));
  return arrangeShelves(stock, { configs, isPublic: ({ reference }) => publicRegistries.includes(reference.registry) })
    .shelves;
}

async function readSpec({ spec, name = "qa", namespace = "larder" }: Situation): Promise<Stock> {
  const metadata = `metadata: {name: ${name}, namespace: ${namespace}}`;
  const text = `apiVersion: larder.dev/v1alpha1\nkind: Stock\n${metadata}\nspec: ${spec}\n`;
  const ports = {
    files: { read: async () => ok(Buffer.from(text)) },
    readStandardInput: async () => ok(Buffer.alloc(0)),
  };
  const { stocks } = await readStocks({ files: ["larder.yaml"], placeholders: new Map() }, ports);
  const [stock] = stocks;
  if (stock === undefined) throw new Error("there is no Stock");
  return stock;
}

function entriesOf({ data }: SourceSecret) {
  const text = Buffer.from(data.get(".dockerconfigjson")?.reveal() ?? "", "base64").toString();
  const { auths } = JSON.parse(text) as { auths: Record<string, { username: string; password: string }> };
  return Object.entries(auths).map(([key, { username, password }]) => ({
    key,
    credential: { username, password: new SecretText(password), email: "" },
  }));
}
