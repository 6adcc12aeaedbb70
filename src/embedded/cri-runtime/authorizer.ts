/**
 * Answers a registry's challenges with the credential of one call, as containerd's docker authorizer does
 * (containerd 1.6, remotes/docker/authorizer.go): nothing is sent unasked; Basic is sent as it is; for Bearer a token is
 * fetched, by POST with a credential and by GET without one.
 */
import type { Challenge } from "#wire/registry/challenge.ts";
import type { HttpAgents } from "./http-exchange.ts";
import { basic, fetchToken, type RegistryCredential, realmOf } from "./token.ts";

export interface Authorizer {
  /** The Authorization header for a host, if it is to have one. */
  headerFor(host: string): Promise<string | undefined>;
  /**
   * Takes a challenge of a host.
   * @returns false if it cannot be answered
   * @throws if it asks for a token and does not say where
   */
  accept(host: string, challenges: readonly Challenge[]): boolean;
}

export function createAuthorizer(
  repository: string,
  credential: RegistryCredential | undefined,
  agents: HttpAgents,
  signal: AbortSignal,
): Authorizer {
  const headers = new Map<string, () => Promise<string>>();
  return {
    headerFor: async (host) => headers.get(host)?.(),
    accept(host, challenges) {
      for (const { scheme, parameters } of challenges) {
        if (scheme === "bearer") {
          // A token that was refused is sent again: asking for the same once more would give no other.
          if (!headers.has(host)) {
            const realm = realmOf(parameters);
            headers.set(
              host,
              once(() => fetchToken({ realm, parameters, repository, credential }, agents, signal)),
            );
          }
          return true;
        }
        if (credential !== undefined && credential.username !== "" && credential.password.reveal() !== "") {
          headers.set(host, () => Promise.resolve(basic(credential)));
          return true;
        }
      }
      return false;
    },
  };
}

function once<T>(step: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => {
    result ??= step();
    return result;
  };
}
