/** Lets a request in or answers why not, by Basic or by token authentication. */
import { type AccessRules, type Account, type Action, findAccount, mayAccess } from "./accounts.ts";
import { type Answer, refuse } from "./answer.ts";
import type { Authorization } from "./authorization.ts";
import type { Call } from "./call.ts";
import { TOKEN_PATH } from "./route.ts";
import { type Grant, readScopes, type Tokens } from "./tokens.ts";

export type Authentication = "basic" | "token";

export interface Gate {
  readonly rules: AccessRules;
  readonly authentication: Authentication;
  readonly tokens: Tokens;
}

/** Who a request comes from: an account, nobody in particular, or somebody whose credential is wrong. */
type Sender =
  | { readonly kind: "known"; readonly account: Account | undefined; may(repository: string, action: Action): boolean }
  | { readonly kind: "wrong-credential" };

/** @returns the refusal; undefined: come in */
export function refusalOf(gate: Gate, call: Call): Answer | undefined {
  if (gate.rules.accounts.length === 0) return undefined;
  const { route } = call;
  if (route.part === "token" || route.part === "elsewhere" || route.part === "bad-name") return undefined;
  const sender = senderOf(gate, call.authorization);
  const sentBy = call.authorization.scheme;
  if (sender.kind === "wrong-credential") return challenge(gate, call);
  if (route.part === "ping") {
    return sentBy === "none" ? challenge(gate, call) : undefined;
  }
  const needed = sentBy === "bearer" ? tokenGrants(route.repository, call) : [ownGrant(route.repository, call)];
  if (needed.every((grant) => sender.may(grant.repository, grant.action))) return undefined;
  return sentBy === "basic" ? refuse("DENIED") : challenge(gate, call);
}

/** Whether the sender of a request that was let in may also read that repository. */
export function mayPull(gate: Gate, authorization: Authorization, repository: string): boolean {
  const sender = senderOf(gate, authorization);
  return sender.kind === "known" && sender.may(repository, "pull");
}

/** The token endpoint: a token for what the sender may do of what it asks for, which may be nothing. */
export function answerToken(gate: Gate, call: Call): Answer {
  if (call.method !== "GET") return refuse("UNSUPPORTED", { headers: { Allow: "GET" } });
  const sender = senderOf(gate, call.authorization);
  if (sender.kind === "wrong-credential" || call.authorization.scheme === "bearer") return refuse("UNAUTHORIZED");
  const grants = readScopes(call.query).filter((grant) => sender.may(grant.repository, grant.action));
  return gate.tokens.issue(sender.account, grants);
}

function senderOf(gate: Gate, authorization: Authorization): Sender {
  switch (authorization.scheme) {
    case "none":
      return withRightsOf(gate, undefined);
    case "basic": {
      const account = findAccount(gate.rules, authorization.username, authorization.password);
      return account ? withRightsOf(gate, account) : { kind: "wrong-credential" };
    }
    case "bearer": {
      const token = gate.authentication === "token" ? gate.tokens.find(authorization.token.reveal()) : undefined;
      if (token === undefined) return { kind: "wrong-credential" };
      return {
        kind: "known",
        account: token.account,
        may: (repository, action) => token.grants.some((g) => g.repository === repository && g.action === action),
      };
    }
    case "unreadable":
      return { kind: "wrong-credential" };
  }
}

function withRightsOf(gate: Gate, account: Account | undefined): Sender {
  return {
    kind: "known",
    account,
    may: (repository, action) => mayAccess(gate.rules, account, repository, action),
  };
}

function challenge(gate: Gate, call: Call): Answer {
  return refuse("UNAUTHORIZED", { headers: { "WWW-Authenticate": challengeOf(gate, call) } });
}

export function challengeOf(gate: Gate, call: Call): string {
  if (gate.authentication === "basic") return 'Basic realm="embedded registry"';
  const { route } = call;
  const scopes = "repository" in route ? tokenGrants(route.repository, call).map(scopeOf) : [];
  const scope = scopes.length > 0 ? `,scope="${scopes.join(" ")}"` : "";
  const error = call.authorization.scheme === "bearer" ? ',error="insufficient_scope"' : "";
  return `Bearer realm="${call.origin}${TOKEN_PATH}",service="embedded registry"${scope}${error}`;
}

function ownGrant(repository: string, call: Call): Grant {
  return { repository, action: actionOf(call) };
}

/** What the token of a request must be good for: to mount a blob also for reading where it lies. */
function tokenGrants(repository: string, call: Call): readonly Grant[] {
  const from = call.route.part === "upload" && call.method === "POST" ? call.query.get("from") : null;
  const own = ownGrant(repository, call);
  return from === null ? [own] : [own, { repository: from, action: "pull" }];
}

function scopeOf({ repository, action }: Grant): string {
  return `repository:${repository}:${action === "push" ? "pull,push" : action}`;
}

/** As docker-registry asks for it: reading is `pull`, removing is `delete`, everything else `push`. */
function actionOf({ route, method }: Call): Action {
  if (route.part === "upload") return "push";
  if (method === "GET" || method === "HEAD") return "pull";
  return method === "DELETE" ? "delete" : "push";
}
