/** What guards there are, what they take, and whether the API server acts by them. Nothing is changed; the canaries are only tried. */
import type { ApiFailure } from "#domain/cluster/api-failure.ts";
import type { ApiObject } from "#domain/cluster/api-object.ts";
import { matchesRequirement } from "#domain/cluster/node-selector.ts";
import { isCanaryImage } from "#domain/guard/canary.ts";
import { GUARD_MODES, type GuardMode, guardObjectName } from "#domain/guard/guard.ts";
import { GUARD_ANNOTATION, type RememberedGuard, readGuardAnnotation } from "#domain/guard/guard-annotation.ts";
import { imagesOfPod, isImageListed } from "#domain/guard/listed-image.ts";
import { listedImages } from "#domain/guard/listed-images.ts";
import { isGuardedNamespace } from "#domain/guard/namespace-pattern.ts";
import { textAt, textMapAt, textsAt } from "#domain/json/unknown-value.ts";
import { CONTENT_ANNOTATION, guardSelector, STOCK_LABEL } from "#domain/manifests/labels.ts";
import { ok } from "#domain/result.ts";
import type { ApiAnswer, KubernetesApi } from "#ports/kubernetes.ts";
import { askCanaries } from "./canaries.ts";

export interface GuardStatus extends RememberedGuard {
  readonly name: string;
  /** Undefined: there is no binding, or one that somebody else changed. */
  readonly mode: GuardMode | undefined;
  /** Whether the API server acts by it; undefined: nobody may try that. */
  readonly isEnforced: boolean | undefined;
  /** What the API server said where it does not. */
  readonly words: string;
  /** Namespaces that are there now and are guarded. */
  readonly guarded: readonly string[];
  /** Pods in them that run and have images that would not be let in. */
  readonly unlisted: readonly UnlistedPod[];
}

export interface UnlistedPod {
  readonly namespace: string;
  readonly pod: string;
  readonly images: readonly string[];
}

/** @param name of one guard; undefined: of all */
export async function guardStatus(
  name: string | undefined,
  api: KubernetesApi,
  signal: AbortSignal,
): Promise<ApiAnswer<readonly GuardStatus[]>> {
  const query = { resource: "validatingadmissionpolicies", labelSelector: guardSelector(name) } as const;
  const policies = await api.list(query, (object) => object, signal);
  if (!policies.ok) return policies;
  const namespaces = await api.list({ resource: "namespaces" }, namespaceFacts, signal);
  if (!namespaces.ok) return namespaces;
  const guards: GuardStatus[] = [];
  for (const policy of policies.value) {
    const status = await statusOf(policy, namespaces.value, api, signal);
    if (!status.ok) return status;
    guards.push(status.value);
  }
  return ok(guards);
}

interface NamespaceFacts {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
}

async function statusOf(
  policy: ApiObject,
  namespaces: readonly NamespaceFacts[],
  api: KubernetesApi,
  signal: AbortSignal,
): Promise<ApiAnswer<GuardStatus>> {
  const annotations = policy.metadata.annotations;
  const name = textAt(policy.metadata.labels, STOCK_LABEL) ?? "";
  const remembered = readGuardAnnotation(textAt(annotations, GUARD_ANNOTATION));
  const content = textAt(annotations, CONTENT_ANNOTATION) ?? "";
  const mode = await modeOf(name, api, signal);
  if (!mode.ok) return mode;
  const listed = new Set(listedImages(policy).filter((image) => !isCanaryImage(image)));
  const guarded = namespaces.filter((namespace) => isGuarded(namespace, remembered)).map((namespace) => namespace.name);
  const unlisted = await unlistedPods(guarded, listed, remembered, api, signal);
  if (!unlisted.ok) return unlisted;
  const canary = await askCanaries({ name, content, writesPullPolicy: remembered.pullPolicies > 0 }, api, signal);
  if (!canary.ok && !isAboutRights(canary.error)) return canary;
  const { isEnforced, words } = canary.ok ? canary.value : { isEnforced: undefined, words: canary.error.message };
  return ok({
    ...remembered,
    name,
    mode: mode.value,
    isEnforced,
    words,
    guarded,
    unlisted: unlisted.value,
  });
}

async function modeOf(
  name: string,
  api: Pick<KubernetesApi, "get">,
  signal: AbortSignal,
): Promise<ApiAnswer<GuardMode | undefined>> {
  const target = { resource: "validatingadmissionpolicybindings", name: guardObjectName(name) } as const;
  const binding = await api.get(target, signal);
  if (!binding.ok) return binding.error.kind === "not-found" ? ok(undefined) : binding;
  const actions = textsAt(binding.value, "spec", "validationActions").map((action) => action.toLowerCase());
  return ok(GUARD_MODES.find((mode) => actions.includes(mode)));
}

async function unlistedPods(
  guarded: readonly string[],
  listed: ReadonlySet<string>,
  { allowed }: RememberedGuard,
  api: Pick<KubernetesApi, "list">,
  signal: AbortSignal,
): Promise<ApiAnswer<readonly UnlistedPod[]>> {
  const found: UnlistedPod[] = [];
  const fieldSelector = "status.phase!=Succeeded,status.phase!=Failed";
  for (const namespace of guarded) {
    const read = (pod: ApiObject): UnlistedPod | undefined => {
      const images = imagesOfPod(pod["spec"]).filter((image) => !isImageListed(image, listed, allowed));
      if (images.length === 0) return undefined;
      return { namespace, pod: pod.metadata.name ?? "", images: [...new Set(images)] };
    };
    const pods = await api.list({ resource: "pods", namespace, fieldSelector }, read, signal);
    if (!pods.ok) return pods;
    found.push(...pods.value);
  }
  return ok(found);
}

function isGuarded({ name, labels }: NamespaceFacts, guard: RememberedGuard): boolean {
  return isGuardedNamespace(name, guard) && guard.selector.every((one) => matchesRequirement(labels, one));
}

function namespaceFacts({ metadata }: ApiObject): NamespaceFacts {
  return { name: metadata.name ?? "", labels: textMapAt(metadata.labels) };
}

function isAboutRights({ kind }: ApiFailure): boolean {
  return kind === "forbidden";
}
