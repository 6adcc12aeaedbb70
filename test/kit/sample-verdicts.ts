import { VERDICT_SCHEMA, type Verdict, type VerdictBody, type VerdictLine } from "#domain/verdict/verdict.ts";
import { SAMPLE_START } from "./sample-events.ts";

type ToldLine = readonly [at: number, body: VerdictBody];

/** A verdict stream as it could have been, told by its bodies; `at` is ms after the start. */
export function tellVerdicts(told: readonly ToldLine[], run = "proof-1"): VerdictLine[] {
  return told.map(([at, body]) => ({
    schema: VERDICT_SCHEMA,
    run,
    time: new Date(SAMPLE_START + at).toISOString(),
    ...body,
  }));
}

const app = "quay.io/acme/app:1.2.3";
const twin = "quay.io/acme/twin:1";
const tool = "ghcr.io/acme/tool:2";
const busy = "busybox:1.36";
const quay = "ci/quay";

/** A verdict with what most have in common. */
export function verdict(given: Partial<Verdict> & Pick<Verdict, "node" | "image">): Verdict {
  return {
    secret: null,
    verdict: "served",
    protection: "not-checked",
    reason: "the kubelet let the pod through",
    kubelet: null,
    ...given,
  };
}

const told = (one: Partial<Verdict> & Pick<Verdict, "node" | "image">): VerdictBody => ({
  kind: "verdict",
  ...verdict(one),
});

/** Every kind of line but the last, every verdict, protection and what may be left out. */
export const verdictMiddle: readonly ToldLine[] = [
  [
    0,
    {
      kind: "run-started",
      larder: "0.1.0",
      stock: "larder/qa",
      nodes: ["worker-1", "worker-2", "worker-3"],
      proofs: [
        { image: app, secret: quay },
        { image: twin, secret: quay },
        { image: tool, secret: "ci/ghcr" },
        { image: busy, secret: null, nodes: ["worker-1", "worker-2"] },
      ],
      twoSided: true,
      timeoutMs: 300_000,
    },
  ],
  [10, { kind: "warning", code: "NODE_NOT_READY", message: "worker-3 is not ready" }],
  [2_000, told({ node: "worker-1", image: app, secret: quay, protection: "protected" })],
  [2_010, told({ node: "worker-2", image: app, secret: quay, protection: "unprotected" })],
  [
    2_020,
    told({
      node: "worker-3",
      image: app,
      secret: quay,
      verdict: "unknown",
      reason: "the node is not ready",
      cause: "node-unavailable",
    }),
  ],
  [
    2_100,
    told({
      node: "worker-1",
      image: twin,
      secret: quay,
      verdict: "refused",
      reason: "the kubelet has a record of the image that holds neither this name nor this secret",
      kubelet: `ErrImageNeverPull: Container image "${twin}" is not present with pull policy of Never`,
    }),
  ],
  [2_110, told({ node: "worker-2", image: twin, secret: quay, protection: "protected" })],
  [
    2_200,
    told({
      node: "worker-1",
      image: tool,
      secret: "ci/ghcr",
      verdict: "absent",
      reason: "the kubelet could not pull it: the registry refuses the secret",
      kubelet: "ErrImagePull: unexpected status: 401 \u001b[31mUnauthorized\u001b[0m",
      class: "unauthorized",
    }),
  ],
  [2_210, told({ node: "worker-1", image: busy })],
  [2_220, told({ node: "worker-2", image: busy })],
];

export const verdictRun: readonly ToldLine[] = [
  ...verdictMiddle,
  [
    9_000,
    told({
      node: "worker-2",
      image: tool,
      secret: "ci/ghcr",
      verdict: "unknown",
      reason: "the secret is not in the cluster",
      cause: "secret-missing",
    }),
  ],
  ...([twin, tool] as const).map((image): ToldLine => {
    const secret = image === twin ? quay : "ci/ghcr";
    const reason = "the node is not ready";
    return [9_100, told({ node: "worker-3", image, secret, verdict: "unknown", reason, cause: "node-unavailable" })];
  }),
  [
    9_200,
    told({ node: "worker-1", image: twin, secret: quay, protection: "protected", reason: "adopted, then served" }),
  ],
  [
    9_300,
    {
      kind: "run-finished",
      outcome: "unproven",
      durationMs: 9_300,
      served: 6,
      refused: 0,
      absent: 1,
      unknown: 4,
      unprotected: 1,
    },
  ],
];
