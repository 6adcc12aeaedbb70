import { ExitCode } from "#domain/run/exit-code.ts";
import type { KubernetesApi } from "#ports/kubernetes.ts";
import { unprovenText, unservedText } from "#present/guard/failure.ts";
import type { GuardFailure } from "#workflows/guarding/guard-resources.ts";
import { ClusterError } from "../cluster/cluster-error.ts";
import type { LarderContext } from "../world.ts";

/**
 * Says why it did not work, and sets the exit code.
 * @throws ClusterError for what every command treats alike
 */
export function endWith(
  failure: GuardFailure,
  context: LarderContext,
  { server }: Pick<KubernetesApi, "server">,
): void {
  const { terminal, interrupted } = context.world;
  if (failure.kind === "unserved") {
    terminal.stderr.write(`larder: ${unservedText(failure.policy, failure.version)}\n`);
    context.exitCode = ExitCode.Usage;
    return;
  }
  if (interrupted.aborted) {
    context.exitCode = ExitCode.Interrupted;
    return;
  }
  const isLate = failure.kind === "api" && failure.failure.kind === "aborted";
  if (failure.kind === "api" && !isLate) throw new ClusterError(failure.failure, server);
  const words = failure.kind === "api" ? failure.failure.action : failure.words;
  terminal.stderr.write(`larder: ${unprovenText(words)}\n`);
  context.exitCode = ExitCode.Deadline;
}
