import { agentGroupsOf } from "#domain/cluster/agent-need.ts";
import { detectFlavor } from "#domain/cluster/detect-flavor.ts";
import { eligibilityOf } from "#domain/cluster/eligibility.ts";
import { affinityOf } from "#domain/cluster/node-affinity.ts";
import type { NodeFacts } from "#domain/cluster/node-facts.ts";
import { parseSecretName } from "#domain/cluster/secret-name.ts";
import { shelfGroupsOf } from "#domain/cluster/shelf-need.ts";
import { SecretText } from "#domain/credentials/secret-text.ts";
import type { SourceSecret, StockPlan } from "#domain/manifests/stock-plan.ts";
import { agentsNamespace } from "#domain/manifests/stock-plan.ts";
import { ok } from "#domain/result.ts";
import { arrangeShelves } from "#domain/stock/shelves.ts";
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
  const { nodes, secrets = [], publicRegistries = [], mayLabel = false, apiGroups = [] } = situation;
  const stock = await readSpec(situation);
  const meant = nodes.filter((node) => eligibilityOf(node, stock.nodes).kind === "eligible");
  const detected = detectFlavor(meant, apiGroups);
  const { shelves } = arrangeShelves(stock, {
    configs: new Map(secrets.map((secret) => [`${secret.name.namespace}/${secret.name.name}`, entriesOf(secret)])),
    isPublic: ({ reference }) => publicRegistries.includes(reference.registry),
  });
  const agents = stock.method === "kubelet" ? undefined : agentGroupsOf(detected, { mayLabel });
  if (agents?.ok === false) throw new Error(agents.error);
  const shelfGroups = stock.method === "cri" ? undefined : shelfGroupsOf(meant, stock.method, { mayLabel });
  const names = [stock.namespace, ...(agents ? [agentsNamespace(stock)] : [])];
  return {
    stock,
    shelves: shelfGroups ? shelves : [],
    shelfGroups: shelfGroups?.groups ?? [],
    agentGroups: agents?.value.groups ?? [],
    affinity: affinityOf(stock.nodes, nodes),
    secrets,
    agentImage: situation.agentImage ?? "ghcr.io/kube-larder/larder:1.2.3",
    hasSecurityContextConstraints: detected.some(({ flavor }) => flavor.hasSecurityContextConstraints),
    ownNamespaces: names.map((name) => ({ name, isMadeByUp: true })),
    hasLabelledNodes: (shelfGroups?.labels.size ?? 0) > 0,
    version: "1.2.3",
  };
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
