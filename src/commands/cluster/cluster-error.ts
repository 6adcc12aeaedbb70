import { type ApiFailure, formatApiFailure } from "#domain/cluster/api-failure.ts";
import { ExitCode } from "#domain/run/exit-code.ts";

/**
 * What the cluster did not do, where a command cannot go on without it. It is thrown, shown as one sentence, and decides the exit code:
 * the one way for all commands.
 */
export class ClusterError extends Error {
  override readonly name = "ClusterError";
  readonly failure: ApiFailure;

  /** @param server where it is, for people; shown where it cannot be reached */
  constructor(failure: ApiFailure, server: string) {
    super(describe(failure, server));
    this.failure = failure;
  }

  get exitCode(): ExitCode {
    switch (this.failure.kind) {
      case "unreachable":
      case "timeout":
        return ExitCode.Unreachable;
      case "deadline":
        return ExitCode.Deadline;
      case "aborted":
        return ExitCode.Interrupted;
      default:
        return ExitCode.Incomplete;
    }
  }
}

function describe(failure: ApiFailure, server: string): string {
  if (failure.kind === "unreachable") return `the cluster at ${server} cannot be reached: ${failure.message}`;
  return failure.kind === "unauthorized"
    ? `${formatApiFailure(failure)}; asked was ${server}`
    : formatApiFailure(failure);
}
