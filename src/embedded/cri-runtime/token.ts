/** Fetches a token where a registry's challenge says (docker token specification), by POST or GET as containerd does. */
import type { IncomingMessage } from "node:http";
import type { SecretText } from "#domain/credentials/secret-text.ts";
import type { Challenge } from "#wire/registry/challenge.ts";
import { CallRefused, within } from "./failure.ts";
import { exchange, type HttpAgents, readText } from "./http-exchange.ts";

/** Answers to POST that mean "ask by GET": registries that know no POST (as containerd lists them). */
const askByGet = new Set([400, 401, 404, 405]);
const TOKEN_BYTES_MAX = 64_000;

export interface RegistryCredential {
  readonly username: string;
  readonly password: SecretText;
}

export interface TokenRequest {
  readonly realm: URL;
  readonly parameters: Challenge["parameters"];
  /** What the token shall open, if the challenge does not say. */
  readonly repository: string;
  readonly credential: RegistryCredential | undefined;
}

/** @returns the Authorization header */
export async function fetchToken(
  { realm, parameters, repository, credential }: TokenRequest,
  agents: HttpAgents,
  signal: AbortSignal,
): Promise<string> {
  const query = new URLSearchParams({
    ...(parameters["service"] && { service: parameters["service"] }),
    scope: parameters["scope"] ?? `repository:${repository}:pull`,
  });
  const get = async (headers: Record<string, string>): Promise<string> => {
    const url = new URL(realm);
    for (const [name, value] of query) url.searchParams.append(name, value);
    return tokenIn(await exchange({ method: "GET", url, headers }, agents, signal));
  };
  if (credential === undefined || credential.password.reveal() === "") {
    return within("failed to fetch anonymous token", () => get({}));
  }
  return within("failed to fetch oauth token", async () => {
    const form = new URLSearchParams(query);
    form.set("client_id", "containerd-client");
    form.set("grant_type", "password");
    form.set("username", credential.username);
    form.set("password", credential.password.reveal());
    const headers = { "Content-Type": "application/x-www-form-urlencoded; charset=utf-8" };
    const answer = await exchange({ method: "POST", url: realm, headers, body: form.toString() }, agents, signal);
    if (!askByGet.has(answer.statusCode ?? 0)) return tokenIn(answer);
    answer.resume();
    return get({ Authorization: basic(credential) });
  });
}

export function realmOf(parameters: Challenge["parameters"]): URL {
  const realm = parameters["realm"];
  if (realm === undefined) throw new CallRefused("Unknown", "no realm specified for token auth challenge");
  try {
    return new URL(realm);
  } catch {
    throw new CallRefused("Unknown", `invalid token auth challenge realm: parse "${realm}"`);
  }
}

export function basic(credential: RegistryCredential): string {
  return `Basic ${Buffer.from(`${credential.username}:${credential.password.reveal()}`).toString("base64")}`;
}

async function tokenIn(answer: IncomingMessage): Promise<string> {
  const status = answer.statusCode ?? 0;
  if (status < 200 || status >= 400) {
    answer.resume();
    throw new CallRefused("Unknown", `unexpected status: ${status} ${answer.statusMessage}`);
  }
  const text = await readText(answer, TOKEN_BYTES_MAX);
  const token = tokenField(text);
  if (token === undefined || token === "") {
    throw new CallRefused("Unknown", "authorization server did not include a token in the response");
  }
  return `Bearer ${token}`;
}

function tokenField(text: string): string | undefined {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw new CallRefused("Unknown", "unable to decode token response: invalid JSON");
  }
  if (typeof document !== "object" || document === null) return undefined;
  if ("access_token" in document && typeof document.access_token === "string") return document.access_token;
  return "token" in document && typeof document.token === "string" ? document.token : undefined;
}
