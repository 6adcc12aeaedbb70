/**
 * Token authentication as Docker Hub, quay.io and ghcr.io do it: the registry answers 401 with the address of a token
 * endpoint, and a token from there is good for some repositories and some minutes
 * (distribution.github.io, "Token Authentication Specification").
 */
import { randomBytes } from "node:crypto";
import type { Clock } from "#ports/clock.ts";
import type { Account, Action } from "./accounts.ts";
import { type Answer, answerJson } from "./answer.ts";

export const TOKEN_LIFETIME_SECONDS = 300;

export interface Grant {
  readonly repository: string;
  readonly action: Action;
}

export interface IssuedToken {
  /** undefined: fetched without a credential. */
  readonly account: Account | undefined;
  readonly grants: readonly Grant[];
  readonly expiresAt: number;
}

export class Tokens {
  readonly #clock: Clock;
  readonly #issued = new Map<string, IssuedToken>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  issue(account: Account | undefined, grants: readonly Grant[]): Answer {
    const text = randomBytes(24).toString("base64url");
    this.#issued.set(text, {
      account,
      grants,
      expiresAt: this.#clock.monotonic() + TOKEN_LIFETIME_SECONDS * 1_000,
    });
    return answerJson(200, {
      token: text,
      access_token: text,
      expires_in: TOKEN_LIFETIME_SECONDS,
      issued_at: new Date(this.#clock.now()).toISOString(),
    });
  }

  find(text: string): IssuedToken | undefined {
    const token = this.#issued.get(text);
    return token !== undefined && token.expiresAt > this.#clock.monotonic() ? token : undefined;
  }
}

/** `repository:team/app:pull,push`; a query may carry several, also in one parameter with spaces between. */
export function readScopes(query: URLSearchParams): Grant[] {
  const scopes = query.getAll("scope").flatMap((scope) => scope.split(" "));
  return scopes.flatMap((scope) => {
    const [, repository, actions] = /^repository:([^:]+):([a-z*,]+)$/.exec(scope) ?? [];
    if (repository === undefined || actions === undefined) return [];
    return actions.split(",").flatMap((action) => (isAction(action) ? [{ repository, action }] : []));
  });
}

function isAction(text: string): text is Action {
  return text === "pull" || text === "push" || text === "delete";
}
