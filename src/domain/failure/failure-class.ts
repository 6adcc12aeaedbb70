/** What a pull failure means; the words that events, reports and messages use. */
export const FAILURE_CLASSES = [
  "invalid-reference",
  "not-found",
  "unauthorized",
  "forbidden",
  "rate-limited",
  "registry-unavailable",
  "timeout",
  "tls",
  "platform",
  "unsupported-manifest",
  "corrupt",
  "signature-policy",
  "disk",
  "runtime-unavailable",
  "unknown",
] as const;

export type FailureClass = (typeof FAILURE_CLASSES)[number];

/** How a container runtime said no: the gRPC status name (`Unknown`, `NotFound`, `Unavailable`, …) and its own words. */
export interface RuntimeFailure {
  readonly grpcCode: string;
  readonly message: string;
}

export interface Classification {
  readonly class: FailureClass;
  /** Permanent: trying again without a change by somebody cannot help. */
  readonly permanent: boolean;
  /** Name of the rule that decided, `none` where no rule knows the text. */
  readonly rule: string;
  /** What to do about it: one sentence with a full stop. */
  readonly advice: string;
}
