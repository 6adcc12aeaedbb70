import type { ApiFailure } from "#domain/cluster/api-failure.ts";
import type { ApiObject } from "#domain/cluster/api-object.ts";
import { canaryPod } from "#domain/guard/canary.ts";
import { guardObjectName } from "#domain/guard/guard.ts";
import { textAt } from "#domain/json/unknown-value.ts";
import { fail, ok } from "#domain/result.ts";
import type { Clock } from "#ports/clock.ts";
import type { ApiAnswer, KubernetesApi } from "#ports/kubernetes.ts";
import type { GuardAnswer } from "./guard-resources.ts";

export interface CanaryQuestion {
  /** Of the guard. */
  readonly name: string;
  /** Hash of the guard that shall be in force. */
  readonly content: string;
  /** Whether pull policies are written, too. */
  readonly writesPullPolicy: boolean;
}

export interface CanaryAnswer {
  readonly isEnforced: boolean;
  /** What the server said to the canary that shows it. */
  readonly words: string;
}

type CanaryApi = Pick<KubernetesApi, "create">;

const POLL_MS = 250;
/** Several API servers may be behind one address, and none of them tells its name. */
const ANSWERS_IN_A_ROW = 4;

/** Asks once. An error is one that no waiting helps against. */
export async function askCanaries(
  question: CanaryQuestion,
  api: CanaryApi,
  signal: AbortSignal,
): Promise<ApiAnswer<CanaryAnswer>> {
  const { name, content } = question;
  const unlisted = await api.create(canaryPod("unlisted", content), { isDryRun: true }, signal);
  if (!unlisted.ok && isHopeless(unlisted.error)) return unlisted;
  if (unlisted.ok) return ok({ isEnforced: false, words: "a pod with an unlisted image was let in" });
  if (!isRefusedBy(name, unlisted.error)) return ok({ isEnforced: false, words: unlisted.error.message });
  const listed = await api.create(canaryPod("listed", content), { isDryRun: true }, signal);
  if (!listed.ok && isHopeless(listed.error)) return listed;
  // Whatever else refuses it does not matter here.
  if (!listed.ok) return ok({ isEnforced: !isRefusedBy(name, listed.error), words: listed.error.message });
  const isWritten = !question.writesPullPolicy || pullPolicyOf(listed.value) === "Never";
  return ok({ isEnforced: isWritten, words: isWritten ? "" : "the pull policy of a pod was not written" });
}

/** Asks until the server enforces the guard, or no longer does. @returns `unproven` when the signal aborts first */
export async function untilEnforced(
  question: CanaryQuestion,
  wanted: boolean,
  { api, clock }: { readonly api: CanaryApi; readonly clock: Clock },
  signal: AbortSignal,
): Promise<GuardAnswer<void>> {
  let words = "it was not asked";
  for (let inARow = 0; inARow < ANSWERS_IN_A_ROW; ) {
    const answer = await askCanaries(question, api, signal);
    if (signal.aborted) return fail({ kind: "unproven", words });
    if (!answer.ok) return fail({ kind: "api", failure: answer.error });
    const isAsWanted = answer.value.isEnforced === wanted;
    inARow = isAsWanted ? inARow + 1 : 0;
    if (!isAsWanted) ({ words } = answer.value);
    if (inARow < ANSWERS_IN_A_ROW) await clock.sleep(isAsWanted ? 0 : POLL_MS, signal);
  }
  return ok(undefined);
}

function isRefusedBy(name: string, { message }: ApiFailure): boolean {
  return message.includes(`ValidatingAdmissionPolicy '${guardObjectName(name)}'`);
}

/** The server cannot be reached, or this user may not even try to create pods. */
function isHopeless({ kind, message }: ApiFailure): boolean {
  if (kind === "forbidden") return message.includes("cannot create resource");
  return kind === "unreachable" || kind === "unauthorized" || kind === "aborted" || kind === "timeout";
}

function pullPolicyOf(pod: ApiObject): string | undefined {
  return textAt(pod, "spec", "containers", 0, "imagePullPolicy");
}
