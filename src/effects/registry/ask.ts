/** Asks for a manifest, and gives the authorization that is asked for in return: by Basic, or by a token. */
import type { Credential } from "#domain/credentials/credential.ts";
import type { SecretText } from "#domain/credentials/secret-text.ts";
import { parseChallenges } from "#wire/registry/challenge.ts";
import { dropBody } from "./body.ts";
import type { Question } from "./question.ts";
import { type Followed, follow } from "./redirects.ts";
import { basicAuthorization, fetchToken } from "./token.ts";
import { Unanswered, unreachable } from "./unanswered.ts";

/** All types by name: docker-registry 2.8 gives OCI manifests to nobody who only says that anything will do. */
const MANIFEST_TYPES = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
  "*/*",
].join(", ");

/** A registry may send on to another one that wants a token of its own; a chain of more of them is none. */
const CHALLENGERS_MAX = 3;

/** One repository, asked with one credential: what was learnt with one question serves the next. */
export interface Conversation {
  readonly repository: string;
  readonly credential: Credential | undefined;
  /** By origin. */
  readonly authorizations: Map<string, SecretText>;
}

/**
 * @returns any answer but 401
 * @throws Unanswered where no authorization can be had, or none helps
 */
export async function ask(
  method: "GET" | "HEAD",
  url: URL,
  conversation: Conversation,
  question: Question,
): Promise<Followed> {
  const request = { method, url, headers: { Accept: MANIFEST_TYPES } };
  const challengers = new Set<string>();
  for (;;) {
    const followed = await follow(request, conversation.authorizations, question);
    const { answer, from } = followed;
    if (answer.statusCode !== 401) return followed;
    await dropBody(answer);
    const isKnown = challengers.has(from.origin);
    if (isKnown || challengers.size >= CHALLENGERS_MAX) throw refused(from, conversation);
    challengers.add(from.origin);
    // The credential is for the registry that was asked, and not for another one to which it sends on.
    const credential = from.origin === url.origin ? conversation.credential : undefined;
    const header = answer.headers["www-authenticate"];
    const authorization = await authorize(header, from, { ...conversation, credential }, question);
    conversation.authorizations.set(from.origin, authorization);
  }
}

async function authorize(
  header: string | undefined,
  from: URL,
  conversation: Conversation,
  question: Question,
): Promise<SecretText> {
  const [challenge] = parseChallenges(header);
  const { credential, repository } = conversation;
  if (challenge === undefined)
    throw unreachable("protocol", `${from.host} wants a credential, and does not say of which kind`);
  if (challenge.scheme === "bearer")
    return fetchToken(challenge, from, `repository:${repository}:pull`, credential, question);
  if (credential === undefined) throw refused(from, conversation);
  return basicAuthorization(credential);
}

function refused(from: URL, { credential }: Conversation): Unanswered {
  if (credential === undefined) return new Unanswered({ kind: "needs-credential" });
  return new Unanswered({ kind: "denied", reason: `${from.host} answered 401 Unauthorized` });
}
