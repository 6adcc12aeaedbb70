/** What of a Stock can be proven on a cluster: its nodes, its secrets as they are, and what `up` made of them. */
import type { ApiObject } from "#domain/cluster/api-object.ts";
import { eligibilityOf } from "#domain/cluster/eligibility.ts";
import { type NodeFacts, nodeFactsOf } from "#domain/cluster/node-facts.ts";
import { formatSecretName, parseSecretName, type SecretName } from "#domain/cluster/secret-name.ts";
import { listAt, textMapAt } from "#domain/json/unknown-value.ts";
import { imagesByContainer } from "#domain/manifests/images-annotation.ts";
import { ROLE_LABEL, stockSelector } from "#domain/manifests/labels.ts";
import { copyName } from "#domain/manifests/secret-copies.ts";
import { planProofs } from "#domain/proving/plan.ts";
import { ok } from "#domain/result.ts";
import type { Stock } from "#domain/stock/stock.ts";
import type { ApiAnswer, KubernetesApi } from "#ports/kubernetes.ts";
import { type FoundSecrets, type ReadPullSecret, readSecrets } from "../stocking/read-secrets.ts";
import type { ProvingPlan } from "./proving-plan.ts";

export interface PlannedRun {
  readonly plan: Pick<ProvingPlan, "nodes" | "proofs" | "copyOf" | "hasSecurityContextConstraints">;
  /** Sentences without a full stop. */
  readonly warnings: readonly string[];
  /** `up` made nothing for this Stock: its namespace is not there. */
  readonly isUp: boolean;
}

const OPENSHIFT_GROUP = "security.openshift.io";

export async function planRun(
  stock: Stock,
  { isTwoSided }: Pick<ProvingPlan, "isTwoSided">,
  { api, readSecret }: { readonly api: KubernetesApi; readonly readSecret: ReadPullSecret },
  signal: AbortSignal,
): Promise<ApiAnswer<PlannedRun>> {
  const place = await api.get({ resource: "namespaces", name: stock.namespace }, signal);
  if (!place.ok && place.error.kind !== "not-found") return place;
  const nodes = await api.list({ resource: "nodes" }, (node) => meantNode(node, stock), signal);
  if (!nodes.ok) return nodes;
  const found = await readSecrets(secretsOf(stock), readSecret, api, signal);
  if (!found.ok) return found;
  const copies = await readCopies(stock, found.value, api, signal);
  if (!copies.ok) return copies;
  const open = await openImages(stock, api, signal);
  if (!open.ok) return open;
  const groups = await api.groups(signal);
  if (!groups.ok) return groups;
  const proofs = planProofs(stock, {
    configs: found.value.configs,
    problems: new Map([...copies.value.problems, ...found.value.problems]),
    isPublic: ({ reference }) => open.value.has(reference.written),
    isTwoSided,
  });
  return ok({
    plan: {
      nodes: nodes.value,
      proofs,
      copyOf: (secret: SecretName) => copyName(stock.name, secret),
      hasSecurityContextConstraints: groups.value.includes(OPENSHIFT_GROUP),
    },
    warnings: copies.value.warnings,
    isUp: place.ok,
  });
}

function meantNode(object: ApiObject, stock: Stock): NodeFacts | undefined {
  const node = nodeFactsOf(object);
  return eligibilityOf(node, stock.nodes).kind === "eligible" ? node : undefined;
}

function secretsOf({ pullSecrets, images }: Stock): readonly SecretName[] {
  const all = [...pullSecrets, ...images.flatMap(({ secrets = [] }) => secrets)];
  return [...new Map(all.map((secret) => [formatSecretName(secret), secret])).values()];
}

interface Copies {
  readonly problems: ReadonlyMap<string, string>;
  readonly warnings: readonly string[];
}

/** Probes name the copies that `up` made, since a pod can only name secrets of its own namespace. */
async function readCopies(
  { name: stock, namespace }: Stock,
  { objects }: FoundSecrets,
  api: Pick<KubernetesApi, "list">,
  signal: AbortSignal,
): Promise<ApiAnswer<Copies>> {
  const query = { resource: "secrets", namespace, labelSelector: stockSelector(stock) } as const;
  const listed = await api.list(query, (copy) => copy, signal);
  if (!listed.ok) return listed;
  const copies = new Map(listed.value.map((copy) => [copy.metadata.name ?? "", copy]));
  const problems = new Map<string, string>();
  const warnings: string[] = [];
  for (const [name, original] of objects) {
    const { namespace: from = "", name: called = "" } = original.metadata;
    const copy = copies.get(copyNameOf(stock, from, called));
    if (copy === undefined) problems.set(name, `has no copy in the namespace ${namespace}: larder up makes it`);
    else if (!isSameData(original, copy))
      warnings.push(
        `the secret ${name} is not what its copy in ${namespace} is: proven is the copy, and larder up renews it`,
      );
  }
  return ok({ problems, warnings });
}

/** The names come from the cluster, where they were checked. */
function copyNameOf(stock: string, namespace: string, name: string): string {
  const parsed = parseSecretName(`${namespace}/${name}`);
  return parsed.ok ? copyName(stock, parsed.value) : "";
}

function isSameData(a: ApiObject, b: ApiObject): boolean {
  const [one, other] = [textMapAt(a, "data"), textMapAt(b, "data")];
  return one.size === other.size && [...one].every(([key, value]) => other.get(key) === value);
}

/** `up` asked the registries which images everybody may pull, and put those on shelves without a secret. */
async function openImages(
  { name, namespace }: Stock,
  api: Pick<KubernetesApi, "list">,
  signal: AbortSignal,
): Promise<ApiAnswer<ReadonlySet<string>>> {
  const labelSelector = `${stockSelector(name)},${ROLE_LABEL}=shelf`;
  const read = (shelf: ApiObject): readonly string[] | undefined => {
    const secrets = listAt(shelf, "spec", "template", "spec", "imagePullSecrets");
    return secrets.length > 0 ? undefined : [...imagesByContainer(shelf.metadata.annotations).values()].flat();
  };
  const shelves = await api.list({ resource: "daemonsets", namespace, labelSelector }, read, signal);
  return shelves.ok ? ok(new Set(shelves.value.flat())) : shelves;
}
