import type { CredentialProvider, PluginAnswer } from "#domain/credentials/credential-provider.ts";
import type { Result } from "#domain/result.ts";

/** The credential provider plugins of a node. */
export interface CredentialPlugins {
  /**
   * Runs the plugin once.
   * @param repository registry and path without tag and digest, which is all that a plugin is told: `quay.io/team/app`
   * @returns its answer, or why there is none: clauses without secrets, such as `exited with code 1; it said: …`
   */
  ask(provider: CredentialProvider, repository: string, signal: AbortSignal): Promise<Result<PluginAnswer, string>>;
}
