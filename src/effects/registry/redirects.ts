/** Follows redirects. A credential goes to the origin that it was meant for, and to no other. */
import type { IncomingMessage } from "node:http";
import type { SecretText } from "#domain/credentials/secret-text.ts";
import { dropBody } from "./body.ts";
import type { HttpRequest } from "./exchange.ts";
import type { Question } from "./question.ts";
import { unreachable } from "./unanswered.ts";

const REDIRECTS_MAX = 10;
const redirects = new Set([301, 302, 303, 307, 308]);

/** Authorization headers by origin (`https://host:port`). */
export type Authorizations = ReadonlyMap<string, SecretText>;

export interface Followed {
  readonly answer: IncomingMessage;
  /** Who gave it, after all redirects. */
  readonly from: URL;
}

/** @throws Unanswered after too many redirects, or after one that leads nowhere or out of TLS */
export async function follow(
  first: HttpRequest,
  authorizations: Authorizations,
  { transport, plainHttp, signal }: Question,
): Promise<Followed> {
  let { url } = first;
  for (let hops = 0; hops <= REDIRECTS_MAX; hops += 1) {
    const authorization = authorizations.get(url.origin)?.reveal();
    const headers = { ...first.headers, ...(authorization !== undefined && { Authorization: authorization }) };
    const answer = await transport.exchange({ ...first, url, headers }, signal);
    const { location } = answer.headers;
    if (!redirects.has(answer.statusCode ?? 0) || location === undefined) return { answer, from: url };
    await dropBody(answer);
    url = targetOf(location, url, plainHttp);
  }
  throw unreachable("protocol", `${first.url.host} redirects more than ${REDIRECTS_MAX} times`);
}

function targetOf(location: string, from: URL, plainHttp: ReadonlySet<string>): URL {
  const target = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  if (target?.protocol !== "https:" && target?.protocol !== "http:")
    throw unreachable("protocol", `${from.host} redirects to what is no web address`);
  if (target.protocol === "http:" && !plainHttp.has(target.host)) {
    const where = `plain HTTP on ${target.host}, which is not allowed without --plain-http`;
    throw unreachable("protocol", `${from.host} redirects to ${where}`);
  }
  // What somebody else wrote into an address is no credential of ours.
  target.username = "";
  target.password = "";
  return target;
}
