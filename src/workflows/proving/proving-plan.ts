/** What a run that proves is told. */
import type { NodeFacts } from "#domain/cluster/node-facts.ts";
import type { Proof } from "#domain/proving/plan.ts";
import type { ProbePodOptions } from "#domain/proving/probe-pod.ts";
import type { VerdictBody } from "#domain/verdict/verdict.ts";
import type { Clock } from "#ports/clock.ts";
import type { KubernetesApi } from "#ports/kubernetes.ts";
import type { ReadPullSecret } from "../stocking/read-secrets.ts";

/** The same for all probes of a run. */
export type ProbeSettings = Pick<
  ProbePodOptions,
  "stock" | "run" | "larderImage" | "copyOf" | "hasSecurityContextConstraints"
>;

export interface ProvingPlan extends ProbeSettings {
  /** Version of Larder. */
  readonly larder: string;
  /** That the Stock means. */
  readonly nodes: readonly NodeFacts[];
  readonly proofs: readonly Proof[];
  readonly isTwoSided: boolean;
  /** Whether an unprotected image is a finding. */
  readonly isStrict: boolean;
  readonly isRepairing: boolean;
  readonly timeoutMs: number;
}

export interface ProvingPorts {
  readonly api: KubernetesApi;
  readonly clock: Clock;
  readonly readSecret: ReadPullSecret;
  readonly emit: (body: VerdictBody) => void;
}
