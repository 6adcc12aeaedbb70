/** From what a kubelet answered to what it means. */
import type { Classification, FailureClass } from "../failure/failure-class.ts";
import type { ProofSubject, Protection, Verdict, VerdictCause } from "../verdict/verdict.ts";
import type { Answer, NoAnswer } from "./answer.ts";
import type { Presence } from "./node-images.ts";

export interface Evidence {
  readonly own: Answer;
  /** Of the pod without the secret; absent: it was not asked. */
  readonly counter?: Answer;
  /** Looked up only where an answer is a refusal. */
  readonly presence: Presence;
  /** What became of a repair before these answers; absent: there was none. */
  readonly repair?: Repair;
}

export type Repair =
  /** The kubelet pulled the image itself. `was`: what it said before. */
  { readonly kind: "done"; readonly was: "refused" | "absent" } | { readonly kind: "failed"; readonly answer: Answer };

export function judge(subject: ProofSubject, { own, counter, presence, repair }: Evidence): Verdict {
  const verdict = verdictOf(subject, own, presence);
  const failure = repair?.kind === "failed" ? repairFailure(subject, repair.answer) : {};
  const words = { ...verdict, reason: afterRepair(verdict, repair), ...failure };
  const protection = protectionOf(verdict, counter);
  return { ...subject, ...words, protection, reason: `${words.reason}${remarkOn(words, protection, counter)}` };
}

/** What nobody could ask the kubelet. */
export function unproven(subject: ProofSubject, reason: string, cause: VerdictCause): Verdict {
  return { ...subject, verdict: "unknown", protection: "not-checked", reason, kubelet: null, cause };
}

type Judged = Pick<Verdict, "verdict" | "reason" | "kubelet" | "cause">;

function verdictOf({ secret }: ProofSubject, answer: Answer, presence: Presence): Judged {
  const { kubelet } = answer;
  switch (answer.kind) {
    case "given":
      return { verdict: "served", reason: "the kubelet let the pod through", kubelet };
    case "withheld":
      if (presence === "absent") return { verdict: "absent", reason: "the image is not on the node", kubelet };
      return { verdict: "refused", reason: whyRefused(secret, presence), kubelet };
    case "not-pulled":
      return { verdict: "unknown", reason: "the kubelet was asked to pull", kubelet, cause: "policy-changed" };
    case "none":
      return { verdict: "unknown", reason: answer.reason, kubelet, ...causeOf(answer) };
  }
}

function causeOf({ isNodeAtFault, isAltered = false }: NoAnswer): { readonly cause?: VerdictCause } {
  if (isAltered) return { cause: "policy-changed" };
  return isNodeAtFault ? { cause: "node-unavailable" } : {};
}

function whyRefused(secret: string | null, presence: Presence): string {
  const whose = secret === null ? "for every pod" : "for pods with this secret";
  if (presence === "present")
    return `the image is there, and the kubelet has no record that it pulled it under this name ${whose}`;
  return `the kubelet does not give it ${whose}; whether it is there cannot be told, because the node lists only some of its images`;
}

function afterRepair({ verdict, reason }: Judged, repair: Repair | undefined): string {
  if (repair?.kind !== "done") return reason;
  const done = repair.was === "absent" ? "stocked again" : "adopted";
  if (verdict === "served") return `${done}, then served`;
  if (verdict === "unknown") return `${done}, but ${reason}`;
  return "the kubelet pulled it for a pod with this secret, and does not give it to the next one: it cannot keep its records, or something interfered";
}

function repairFailure(
  { secret }: ProofSubject,
  answer: Answer,
): Pick<Verdict, "reason" | "kubelet"> & { class?: FailureClass } {
  if (answer.kind === "not-pulled") {
    const reason = `the kubelet could not pull it: ${whyNotPulled(answer.failure, secret)}`;
    return { reason, kubelet: answer.kubelet, class: answer.failure.class };
  }
  const reason = answer.kind === "none" ? answer.reason : "the kubelet did not pull";
  return { reason: `it could not be repaired: ${reason}`, kubelet: answer.kubelet };
}

function whyNotPulled({ class: failureClass }: Classification, secret: string | null): string {
  switch (failureClass) {
    case "unauthorized":
      return secret === null
        ? "the registry wants a secret, and none of the Stock matches"
        : "the registry refuses the secret";
    case "forbidden":
      return secret === null
        ? "the registry does not let everybody have it"
        : "the account of the secret may not have it";
    case "not-found":
      return "the registry has no such image, or does not show it to this account";
    case "disk":
      return "the node has no room for it";
    case "rate-limited":
      return "the registry, or the kubelet itself, allows no more pulls now";
    case "unknown":
      return "read its words";
    default:
      return failureClass;
  }
}

/** Only an image that is there can be kept from somebody. */
function protectionOf({ verdict }: Judged, counter: Answer | undefined): Protection {
  if (counter === undefined || (verdict !== "served" && verdict !== "refused")) return "not-checked";
  if (counter.kind === "given") return "unprotected";
  return counter.kind === "withheld" ? "protected" : "not-checked";
}

function remarkOn({ verdict }: Judged, protection: Protection, counter: Answer | undefined): string {
  if (protection === "unprotected")
    return ", and gives the image to pods without the secret, too: a credential of the node itself or a plugin may allow that, or its kubelet does not verify images that were there before, or cannot";
  if (counter?.kind !== "none" || verdict === "unknown" || verdict === "absent") return "";
  return `; whether a pod without the secret is refused could not be asked: ${counter.reason}`;
}
