import * as fc from "fast-check";
import { FAILURE_CLASSES } from "#domain/failure/failure-class.ts";
import {
  PROTECTIONS,
  PROVING_OUTCOMES,
  VERDICT_CAUSES,
  VERDICT_SCHEMA,
  VERDICT_WORDS,
  type Verdict,
  type VerdictBody,
  type VerdictLine,
} from "#domain/verdict/verdict.ts";
import { anyText } from "./arbitrary-events.ts";

const node = fc.constantFrom("worker-1", "worker-2", "ip-10-0-0-1.ec2.internal");
const image = fc.oneof(fc.constantFrom("quay.io/acme/app:1", "busybox", "ghcr.io/acme/tool:2"), anyText);
const secret = fc.option(fc.constantFrom("ci/quay", "ci/other"));
const count = fc.nat({ max: 9 });

const required = {
  node,
  image,
  secret,
  verdict: fc.constantFrom(...VERDICT_WORDS),
  protection: fc.constantFrom(...PROTECTIONS),
  reason: anyText,
  kubelet: fc.option(anyText),
};
const optional = { cause: fc.constantFrom(...VERDICT_CAUSES), class: fc.constantFrom(...FAILURE_CLASSES) };
const keys = Object.keys(required) as (keyof typeof required)[];

/** Few subjects, so that many verdicts are of the same one. */
export const arbitraryVerdict: fc.Arbitrary<Verdict> = fc.record({ ...required, ...optional }, { requiredKeys: keys });

const body: fc.Arbitrary<VerdictBody> = fc.oneof(
  { weight: 6, arbitrary: arbitraryVerdict.map((verdict) => ({ kind: "verdict" as const, ...verdict })) },
  fc.record({
    kind: fc.constant("run-started" as const),
    larder: anyText,
    stock: anyText,
    nodes: fc.uniqueArray(node),
    proofs: fc.array(fc.record({ image, secret, nodes: fc.uniqueArray(node) }, { requiredKeys: ["image", "secret"] }), {
      maxLength: 3,
    }),
    twoSided: fc.boolean(),
    timeoutMs: fc.nat(),
  }),
  fc.record({ kind: fc.constant("warning" as const), code: anyText, message: anyText }),
  fc.record({
    kind: fc.constant("run-finished" as const),
    outcome: fc.constantFrom(...PROVING_OUTCOMES),
    durationMs: fc.nat(),
    served: count,
    refused: count,
    absent: count,
    unknown: count,
    unprotected: count,
  }),
);

/** Any lines in any order, so also streams that no run would write. */
export const arbitraryVerdictLines: fc.Arbitrary<VerdictLine[]> = fc.array(
  fc
    .record({ run: fc.constantFrom("proof-1", "proof-2"), at: fc.nat({ max: 100_000 }), body })
    .map(({ run, at, body: told }) => ({
      schema: VERDICT_SCHEMA,
      run,
      time: new Date(1_762_156_800_000 + at).toISOString(),
      ...told,
    })),
  { maxLength: 20 },
);
