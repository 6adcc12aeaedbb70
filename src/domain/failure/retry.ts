import type { Classification, FailureClass } from "./failure-class.ts";

/** What one attempt came to: the class of the failure and the runtime's own words, without secrets. */
export interface PullFailure extends Classification {
  readonly message: string;
}

/** The kubelet tries its next credential after any failure; Larder only where another credential can change the answer. */
export function anotherCredentialMayHelp(failure: Classification): boolean {
  return credentialClasses.has(failure.class);
}

const credentialClasses: ReadonlySet<FailureClass> = new Set([
  "unauthorized",
  "forbidden",
  "not-found",
  "rate-limited",
  "unknown",
]);

/** "Not there" and "denied" are also what a registry answers while the image is still being pushed. */
export function mayBePushInProgress(failure: Classification): boolean {
  return failure.class === "not-found" || failure.class === "unauthorized" || failure.class === "forbidden";
}

/**
 * The failure that speaks for a round in which every credential failed: one that may pass, since it decides that there is
 * another round; else the one that got furthest (who is told "not found" was let in, who is told "forbidden" was known).
 */
export function mostTelling(failures: readonly PullFailure[]): PullFailure | undefined {
  const rank = (failure: PullFailure): number => {
    if (!failure.permanent) return 0;
    const index = furthest.indexOf(failure.class);
    return index === -1 ? furthest.length + 1 : index + 1;
  };
  return failures.toSorted((a, b) => rank(a) - rank(b))[0];
}

const furthest: readonly FailureClass[] = ["not-found", "forbidden", "unauthorized"];
