/** What must be known of a cluster, its secrets and the registries before a Stock can be planned. Nothing is changed. */
import { type NodeFacts, nodeFactsOf } from "#domain/cluster/node-facts.ts";
import { formatSecretName, type SecretName } from "#domain/cluster/secret-name.ts";
import { agentsNamespaceOf } from "#domain/manifests/agents-namespace.ts";
import type { OwnNamespace } from "#domain/manifests/stock-plan.ts";
import { ok } from "#domain/result.ts";
import { firstOfferOf } from "#domain/stock/secret-offer.ts";
import type { Stock } from "#domain/stock/stock.ts";
import type { Clock } from "#ports/clock.ts";
import type { ApiAnswer, KubernetesApi } from "#ports/kubernetes.ts";
import type { RegistryReader } from "#ports/registry.ts";
import { askPublicness, type Publicness } from "../publicness/ask-publicness.ts";
import { namespaceState } from "./namespaces.ts";
import { type FoundSecrets, type ReadPullSecret, readSecrets } from "./read-secrets.ts";

export interface Survey {
  readonly nodes: readonly NodeFacts[];
  /** API groups, by which distributions are known. */
  readonly apiGroups: readonly string[];
  readonly secrets: FoundSecrets;
  readonly publicness: Publicness;
  /** Namespaces that are Larder's own, or will be. */
  readonly ownNamespaces: readonly OwnNamespace[];
}

export interface SurveyPorts {
  readonly api: KubernetesApi;
  readonly registries: Pick<RegistryReader, "findManifest">;
  readonly clock: Clock;
  readonly readPullSecret: ReadPullSecret;
}

/** Registries are asked only about images that a secret matches: the others need no secret whatever they are. */
export async function surveyCluster(stock: Stock, ports: SurveyPorts, signal: AbortSignal): Promise<ApiAnswer<Survey>> {
  const { api } = ports;
  const nodes = await api.list({ resource: "nodes" }, nodeFactsOf, signal);
  if (!nodes.ok) return nodes;
  const apiGroups = await api.groups(signal);
  if (!apiGroups.ok) return apiGroups;
  const secrets = await readSecrets(secretsOf(stock), ports.readPullSecret, api, signal);
  if (!secrets.ok) return secrets;
  const firstOffer = firstOfferOf(stock.pullSecrets, secrets.value.configs);
  const matched = stock.method === "cri" ? [] : stock.images.filter((image) => firstOffer(image) !== undefined);
  const references = matched.map(({ reference }) => reference);
  const publicness = await askPublicness(references, { signal }, ports);
  const ownNamespaces = await findOwnNamespaces(stock, api, signal);
  if (!ownNamespaces.ok) return ownNamespaces;
  return ok({
    nodes: nodes.value,
    apiGroups: apiGroups.value,
    secrets: secrets.value,
    publicness,
    ownNamespaces: ownNamespaces.value,
  });
}

/** One that somebody else made is not ours, and is used as it is. */
async function findOwnNamespaces(
  { namespace, method }: Stock,
  api: KubernetesApi,
  signal: AbortSignal,
): Promise<ApiAnswer<readonly OwnNamespace[]>> {
  const own: OwnNamespace[] = [];
  for (const name of [namespace, ...(method === "kubelet" ? [] : [agentsNamespaceOf(namespace)])]) {
    const found = await namespaceState(name, api, signal);
    if (!found.ok) return found;
    if (found.value.state !== "foreign") own.push({ name, isMadeByUp: true });
  }
  return ok(own);
}

/** All secrets that a Stock names, each once, in the order in which they are named. */
function secretsOf({ pullSecrets, images }: Pick<Stock, "pullSecrets" | "images">): readonly SecretName[] {
  const named = [...pullSecrets, ...images.flatMap(({ secrets = [] }) => secrets)];
  return [...new Map(named.map((secret) => [formatSecretName(secret), secret])).values()];
}
