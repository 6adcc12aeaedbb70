/**
 * The verdict stream: what the kubelet says of each node, image and secret, one verdict after the other. A verdict comes from a
 * proof, a pod with pull policy `Never` that the kubelet let through or refused. Published as `schema/verdict.schema.json`; a line
 * that an older Larder wrote must still be read, so fields are added, never changed.
 *
 * A run begins with the list of what it is going to prove, so that a stream that was cut shows what it does not tell. The
 * same node, image and secret may have several verdicts, for example before and after a repair: the latest one counts.
 */
import type { FailureClass } from "../failure/failure-class.ts";

export const VERDICT_SCHEMA = "larder.dev/verdict/v1";

/** In every line. */
interface VerdictHead {
  readonly schema: typeof VERDICT_SCHEMA;
  /** Names one run; all lines of it carry the same text. */
  readonly run: string;
  /** RFC 3339 in UTC with milliseconds. */
  readonly time: string;
}

/**
 * `served`: the kubelet let a pod with `Never` through. `refused`: the image lies on the node, and the kubelet does not give it to
 * such a pod. `absent`: the image does not lie on the node. `unknown`: nobody can say, and the reason tells why.
 */
export const VERDICT_WORDS = ["served", "refused", "absent", "unknown"] as const;
export type VerdictWord = (typeof VERDICT_WORDS)[number];

/**
 * Whether a pod without the secret is refused. An `unprotected` image can be legitimate: the node has a credential of its own, or
 * its runtime makes every image look preloaded.
 */
export const PROTECTIONS = ["protected", "unprotected", "not-checked"] as const;
export type Protection = (typeof PROTECTIONS)[number];

/**
 * What stands behind a verdict, where programs must know it. `secret-missing`: the secret is not in the cluster, or cannot be read.
 * `policy-changed`: something in the cluster (AlwaysPullImages, a mutating policy) gave the pod another pull policy, so that it
 * proves nothing. `node-unavailable`: no pod could start on the node. `deadline` and `interrupted`: the run ended before.
 */
export const VERDICT_CAUSES = [
  "secret-missing",
  "policy-changed",
  "node-unavailable",
  "deadline",
  "interrupted",
] as const;
export type VerdictCause = (typeof VERDICT_CAUSES)[number];

/** What a verdict is about: one of these has one verdict at a time. */
export interface ProofSubject {
  readonly node: string;
  /** As the Stock writes it, since from 1.36 on the kubelet files its records under the spelling. */
  readonly image: string;
  /** `NAMESPACE/NAME` of the pull secret that the pod names; null: it names none. */
  readonly secret: string | null;
}

export interface Verdict extends ProofSubject {
  readonly verdict: VerdictWord;
  readonly protection: Protection;
  /** Why, for people: a clause without a full stop. */
  readonly reason: string;
  /** The kubelet's own words, without secrets; null: it said none. */
  readonly kubelet: string | null;
  readonly cause?: VerdictCause;
  /** What the kubelet's own pull of the image failed with, where one was tried, for example by a repair. */
  readonly class?: FailureClass;
}

/** One image with one secret, to be proven on some nodes. */
export interface PlannedProof {
  readonly image: string;
  readonly secret: string | null;
  /** Only on these nodes, for example those of one platform. Absent: on all nodes of the run. */
  readonly nodes?: readonly string[];
}

export interface ProvingStarted {
  readonly kind: "run-started";
  readonly larder: string;
  /** `NAMESPACE/NAME` of the Stock. */
  readonly stock: string;
  /** The nodes that the Stock selects, also those on which nothing can be proven. */
  readonly nodes: readonly string[];
  readonly proofs: readonly PlannedProof[];
  /** Whether protection is checked, too. */
  readonly twoSided: boolean;
  readonly timeoutMs: number;
}

export interface VerdictGiven extends Verdict {
  readonly kind: "verdict";
}

interface ProvingWarned {
  readonly kind: "warning";
  readonly code: string;
  readonly message: string;
}

/** `proven`: all served, and nothing that counts as a finding; `unproven`: all is known, and some of it is bad. */
export const PROVING_OUTCOMES = ["proven", "unproven", "deadline", "unreachable", "interrupted"] as const;
export type ProvingOutcome = (typeof PROVING_OUTCOMES)[number];

export interface ProvingFinished {
  readonly kind: "run-finished";
  readonly outcome: ProvingOutcome;
  readonly durationMs: number;
  /** How many subjects ended with which verdict. */
  readonly served: number;
  readonly refused: number;
  readonly absent: number;
  readonly unknown: number;
  readonly unprotected: number;
}

export type VerdictBody = ProvingStarted | VerdictGiven | ProvingWarned | ProvingFinished;

/** One line of the stream. */
export type VerdictLine = VerdictHead & VerdictBody;
