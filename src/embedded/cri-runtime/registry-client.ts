/**
 * One repository of one registry, read with one credential: names are resolved and content is opened, over the registry
 * API (OCI distribution specification). Requests, repetitions and words follow containerd 1.6 (remotes/docker), of which
 * one surprise is worth knowing: a registry that answers 429 or 408 is asked five more times without any pause.
 */
import type { IncomingMessage } from "node:http";
import type { ImageReference } from "#domain/image/reference.ts";
import { parseChallenges } from "#wire/registry/challenge.ts";
import { type Authorizer, createAuthorizer } from "./authorizer.ts";
import { CallRefused, refusedBecause, within } from "./failure.ts";
import { exchange, type HttpAgents, type HttpRequest } from "./http-exchange.ts";
import type { RegistryCredential } from "./token.ts";

const REPETITIONS_MAX = 5;
const REDIRECTS_MAX = 10;
const redirects = new Set([301, 302, 303, 307, 308]);
const worthAskingAgain = new Set([408, 429]);

export interface RegistryAccess {
  /** Hosts (`HOST:PORT`) that speak plain HTTP; loopback addresses always do, as for containerd. */
  readonly plainHttpHosts: ReadonlySet<string>;
  readonly agents: HttpAgents;
}

export interface RegistryClient {
  /** `HOST:PORT` as it is asked, which for docker.io is another name. */
  readonly host: string;
  /** `kind` is `manifests` or `blobs`; an answer of any status. */
  request(
    method: "GET" | "HEAD",
    kind: string,
    name: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<IncomingMessage>;
  urlOf(kind: string, name: string): URL;
}

export function createRegistryClient(
  reference: ImageReference,
  credential: RegistryCredential | undefined,
  access: RegistryAccess,
  signal: AbortSignal,
): RegistryClient {
  const host = reference.registry === "docker.io" ? "registry-1.docker.io" : reference.registry;
  const scheme = access.plainHttpHosts.has(host) || isLoopback(host) ? "http" : "https";
  const authorizer = createAuthorizer(reference.path, credential, access.agents, signal);
  const urlOf = (kind: string, name: string): URL =>
    new URL(`${scheme}://${host}/v2/${reference.path}/${kind}/${name}`);
  return {
    host,
    urlOf,
    request: (method, kind, name, headers) =>
      repeated({ method, url: urlOf(kind, name), headers }, authorizer, (request) =>
        following(request, authorizer, access.agents, signal),
      ),
  };
}

/** Asks again after a challenge that can be answered, after 405 to HEAD, and where asking again may help. */
async function repeated(
  first: HttpRequest,
  authorizer: Authorizer,
  ask: (request: HttpRequest) => Promise<IncomingMessage>,
): Promise<IncomingMessage> {
  let request = first;
  for (let repetition = 0; ; repetition += 1) {
    const answer = await ask(request);
    const status = answer.statusCode ?? 0;
    if (repetition >= REPETITIONS_MAX) return answer;
    if (status === 401) {
      const challenges = parseChallenges(answer.headers["www-authenticate"]);
      const refusal = challenges[0]?.scheme === "bearer" ? challenges[0].parameters["error"] : undefined;
      if (refusal !== undefined && repetition > 0) {
        answer.resume();
        throw new CallRefused("Unknown", `server message: ${refusal}: authorization failed`);
      }
      if (!authorizer.accept(request.url.host, challenges)) return answer;
    } else if (status === 405 && request.method === "HEAD") {
      request = { ...request, method: "GET" };
    } else if (!worthAskingAgain.has(status)) {
      return answer;
    }
    answer.resume();
  }
}

/** Follows redirects; the credential goes to hosts that asked for it, and to no other. */
async function following(
  first: HttpRequest,
  authorizer: Authorizer,
  agents: HttpAgents,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  let request = first;
  for (let hops = 0; ; hops += 1) {
    const { host } = request.url;
    const authorization = await within("failed to authorize", () => authorizer.headerFor(host));
    const headers = { ...request.headers, ...(authorization !== undefined && { Authorization: authorization }) };
    const answer = await within("failed to do request", () => exchange({ ...request, headers }, agents, signal));
    const location = answer.headers.location;
    if (!redirects.has(answer.statusCode ?? 0) || location === undefined) return answer;
    answer.resume();
    if (hops >= REDIRECTS_MAX - 1) {
      const method = request.method === "HEAD" ? "Head" : "Get";
      throw new CallRefused("Unknown", `failed to do request: ${method} "${location}": stopped after 10 redirects`);
    }
    request = { ...request, url: redirectTarget(location, request.url) };
  }
}

function redirectTarget(location: string, base: URL): URL {
  try {
    return new URL(location, base);
  } catch (error) {
    throw refusedBecause(`failed to do request: failed to parse Location header "${location}"`, error);
  }
}

function isLoopback(host: string): boolean {
  return /^(?:localhost|127(?:\.\d+){3}|\[::1\])(?::\d+)?$/.test(host);
}
