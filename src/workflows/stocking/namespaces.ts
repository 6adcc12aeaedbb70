/**
 * Namespaces of Stocks. One that somebody else made is used and never changed, because its Pod Security level is that of its owner; one
 * that Larder made carries an annotation, and goes away with the last Stock in it.
 */
import type { ApiObject } from "#domain/cluster/api-object.ts";
import type { ObjectName } from "#domain/cluster/resource.ts";
import { CREATED_ANNOTATION, MANAGED_BY, MANAGED_BY_LABEL } from "#domain/manifests/labels.ts";
import { fail, ok } from "#domain/result.ts";
import type { ApiAnswer, KubernetesApi } from "#ports/kubernetes.ts";
import type { PutUpPorts } from "./put-up.ts";

const POLL_MS = 500;

export type NamespaceState = "absent" | "ours" | "foreign" | "terminating";

export interface FoundNamespace {
  readonly state: NamespaceState;
  /** Larder made it, also where it is being deleted now. */
  readonly isOurs: boolean;
  readonly revision: string;
}

export async function namespaceState(
  name: string,
  api: Pick<KubernetesApi, "get">,
  signal: AbortSignal,
): Promise<ApiAnswer<FoundNamespace>> {
  const found = await api.get(nameOf(name), signal);
  if (!found.ok) return found.error.kind === "not-found" ? ok({ state: "absent", isOurs: false, revision: "" }) : found;
  const { metadata } = found.value;
  const isOurs = metadata.annotations?.[CREATED_ANNOTATION] !== undefined;
  const living = isOurs ? "ours" : "foreign";
  const state = metadata.deletionTimestamp === undefined ? living : "terminating";
  return ok({ state, isOurs, revision: metadata.resourceVersion ?? "" });
}

/**
 * Makes the namespace if it is not there.
 * @param patienceMs how long one that is being deleted is waited for
 */
export async function ensureNamespace(
  namespace: ApiObject,
  patienceMs: number,
  { api, clock, tell }: PutUpPorts,
  signal: AbortSignal,
): Promise<ApiAnswer<"created" | "changed" | "unchanged">> {
  const name = namespace.metadata.name ?? "";
  const untilMs = clock.monotonic() + patienceMs;
  for (let isTold = false; ; isTold = true) {
    const found = await namespaceState(name, api, signal);
    if (!found.ok) return found;
    const { state, revision } = found.value;
    if (state === "foreign") return ok("unchanged");
    if (state !== "terminating") {
      const applied = await api.apply(namespace, {}, signal);
      if (!applied.ok) return applied;
      if (state === "absent") return ok("created");
      return ok(applied.value.metadata.resourceVersion === revision ? "unchanged" : "changed");
    }
    if (!isTold) tell({ kind: "namespace-terminating", namespace: name });
    if (clock.monotonic() >= untilMs) return fail(stillTerminating(name));
    await clock.sleep(POLL_MS, signal);
  }
}

/**
 * Deletes a namespace that Larder made, unless another Stock is in it.
 * @returns `going`: somebody deleted it before
 */
export async function removeNamespaceIfOurs(
  name: string,
  api: Pick<KubernetesApi, "get" | "list" | "delete">,
  signal: AbortSignal,
): Promise<ApiAnswer<"deleted" | "going" | "stays">> {
  const found = await namespaceState(name, api, signal);
  if (!found.ok) return found;
  const { state, isOurs } = found.value;
  if (state !== "ours") return ok(state === "terminating" && isOurs ? "going" : "stays");
  const labelSelector = `${MANAGED_BY_LABEL}=${MANAGED_BY}`;
  for (const resource of ["configmaps", "daemonsets"] as const) {
    const others = await api.list({ resource, namespace: name, labelSelector }, isLasting, signal);
    if (!others.ok) return others;
    if (others.value.length > 0) return ok("stays");
  }
  const deleted = await api.delete(nameOf(name), {}, signal);
  return deleted.ok ? ok("deleted") : deleted;
}

function isLasting({ metadata }: ApiObject): true | undefined {
  return metadata.deletionTimestamp === undefined ? true : undefined;
}

function nameOf(name: string): ObjectName {
  return { resource: "namespaces", name };
}

function stillTerminating(name: string) {
  return {
    kind: "deadline",
    action: `create the namespace ${name}`,
    message: `the namespace of this name is still being deleted; kubectl describe namespace ${name} says what keeps it`,
  } as const;
}
