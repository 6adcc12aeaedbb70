/** Tokens from where a registry's challenge says (distribution.github.io, "Token Authentication Specification", by GET). */
import type { Credential } from "#domain/credentials/credential.ts";
import { SecretText } from "#domain/credentials/secret-text.ts";
import type { Challenge } from "#wire/registry/challenge.ts";
import { dropBody, readBody } from "./body.ts";
import type { Question } from "./question.ts";
import { type Followed, follow } from "./redirects.ts";
import { refusalOf } from "./refusal.ts";
import { Unanswered, unreachable } from "./unanswered.ts";

const TOKEN_BYTES_MAX = 1024 * 1024;

/**
 * @param registry who sent the challenge
 * @param scope what the token shall open, if the challenge does not say
 * @returns the Authorization header
 * @throws Unanswered, also where the credential is refused
 */
export async function fetchToken(
  { parameters }: Challenge,
  registry: URL,
  scope: string,
  credential: Credential | undefined,
  question: Question,
): Promise<SecretText> {
  const url = realmOf(parameters, registry, question);
  if (parameters["service"] !== undefined) url.searchParams.set("service", parameters["service"]);
  for (const part of (parameters["scope"] ?? scope).split(" ")) url.searchParams.append("scope", part);
  const authorizations = new Map(credential && [[url.origin, basicAuthorization(credential)]]);
  const request = { method: "GET", url, headers: { Accept: "application/json" } } as const;
  return tokenIn(await follow(request, authorizations, question), credential !== undefined, question);
}

export function basicAuthorization({ username, password }: Credential): SecretText {
  return new SecretText(`Basic ${Buffer.from(`${username}:${password.reveal()}`).toString("base64")}`);
}

function realmOf(parameters: Challenge["parameters"], registry: URL, { plainHttp }: Question): URL {
  const realm = parameters["realm"];
  const url = realm !== undefined && URL.canParse(realm) ? new URL(realm) : undefined;
  if (url?.protocol !== "https:" && url?.protocol !== "http:")
    throw unreachable("protocol", `${registry.host} wants a token, and does not say from where`);
  if (url.protocol === "http:" && !plainHttp.has(url.host)) {
    const where = `from ${url.host} over plain HTTP, which is not allowed without --plain-http`;
    throw unreachable("protocol", `${registry.host} wants a token ${where}`);
  }
  // What somebody else wrote into an address is no credential of ours.
  url.username = "";
  url.password = "";
  return url;
}

async function tokenIn({ answer, from }: Followed, hasCredential: boolean, question: Question): Promise<SecretText> {
  if (answer.statusCode !== 200) {
    await dropBody(answer);
    const refusal = refusalOf(answer, from, hasCredential, question.clock);
    if (refusal.kind !== "absent") throw new Unanswered(refusal);
    throw unreachable("protocol", `${from.host} was named for tokens, and has none there (404)`);
  }
  const body = await readBody(answer, TOKEN_BYTES_MAX);
  const token = body && tokenField(body.toString("utf8"));
  if (!token || !/^[\x21-\x7e]+$/.test(token)) throw unreachable("protocol", `${from.host} answered without a token`);
  return new SecretText(`Bearer ${token}`);
}

function tokenField(text: string): string | undefined {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof document !== "object" || document === null) return undefined;
  if ("token" in document && typeof document.token === "string") return document.token;
  return "access_token" in document && typeof document.access_token === "string" ? document.access_token : undefined;
}
