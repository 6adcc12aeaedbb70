import { guardObjectName } from "#domain/guard/guard.ts";
import { textAt } from "#domain/json/unknown-value.ts";
import { CONTENT_ANNOTATION } from "#domain/manifests/labels.ts";
import { fail, ok } from "#domain/result.ts";
import type { ApiAnswer } from "#ports/kubernetes.ts";
import { untilEnforced } from "./canaries.ts";
import type { GuardPorts } from "./guard-on.ts";
import { type GuardAnswer, ownedByGuard } from "./guard-resources.ts";

export interface GuardOff {
  /** How many objects were deleted; 0: there was no guard of this name. */
  readonly objects: number;
}

/** Takes a guard away, and returns when the API server no longer acts by it. Where there is none that is all right. */
export async function guardOff(name: string, ports: GuardPorts, signal: AbortSignal): Promise<GuardAnswer<GuardOff>> {
  const removed = await removeAll(name, ports, signal);
  if (!removed.ok) return fail({ kind: "api", failure: removed.error });
  const { content, objects } = removed.value;
  if (content === undefined) return ok({ objects });
  const gone = await untilEnforced({ name, content, writesPullPolicy: false }, false, ports, signal);
  // Who may not try a pod cannot be shown that the guard is gone, and it is gone all the same.
  const isUnseen = !gone.ok && gone.error.kind === "api" && gone.error.failure.kind === "forbidden";
  return gone.ok || isUnseen ? ok({ objects }) : gone;
}

async function removeAll(
  name: string,
  { api }: GuardPorts,
  signal: AbortSignal,
): Promise<ApiAnswer<GuardOff & { readonly content: string | undefined }>> {
  const target = { resource: "validatingadmissionpolicies", name: guardObjectName(name) } as const;
  const policy = await api.get(target, signal);
  if (!policy.ok && policy.error.kind !== "not-found") return policy;
  const owned = await ownedByGuard(name, api, signal);
  if (!owned.ok) return owned;
  for (const object of owned.value) {
    const deleted = await api.delete(object, {}, signal);
    if (!deleted.ok) return deleted;
  }
  const content = policy.ok ? textAt(policy.value.metadata.annotations, CONTENT_ANNOTATION) : undefined;
  return ok({ objects: owned.value.length, content });
}
