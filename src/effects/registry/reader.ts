/**
 * Reads from registries, as little as Larder needs: whether a manifest is there, which digest it has, and its bytes. It follows the OCI
 * distribution specification and, where that is silent, what containerd does. It trusts nothing that answers: bodies have a limit, every
 * question a deadline, redirects an end, and a credential goes to the registry that it was given for, and to the token service that this
 * registry names, and to nobody else.
 */

import type { Credential } from "#domain/credentials/credential.ts";
import { credentialHash } from "#domain/credentials/credential-hash.ts";
import { type ImageReference, repositoryOf } from "#domain/image/reference.ts";
import type { Clock } from "#ports/clock.ts";
import type { Answer, Manifest, ManifestContent, ProxySettings, RegistryReader } from "#ports/registry.ts";
import { ask, type Conversation } from "./ask.ts";
import { dropBody } from "./body.ts";
import { connectionFailure, isConnectionError } from "./connection-failure.ts";
import { openTransport } from "./exchange.ts";
import { manifestInBody, manifestInHead } from "./manifest-answer.ts";
import type { Question } from "./question.ts";
import type { Followed } from "./redirects.ts";
import { refusalOf } from "./refusal.ts";
import { Unanswered, unreachable } from "./unanswered.ts";

export interface RegistryReaderOptions {
  readonly clock: Clock;
  /** As it is sent to registries: `larder/1.0.0`. */
  readonly userAgent: string;
  /** Per question, with all that it takes, in ms. @default 30000 */
  readonly timeoutMs?: number;
  /** Registries that are asked without TLS, as they stand in image references: `registry.test:5000`. @default none */
  readonly plainHttp?: readonly string[];
  /**
   * Certificates in PEM of authorities that are believed beside those that come with Node. Those that Node was started with
   * (NODE_EXTRA_CA_CERTS, --use-system-ca) count only while there are none here. @default none
   */
  readonly certificateAuthorities?: readonly string[];
  /** @default none */
  readonly proxies?: ProxySettings;
}

const TIMEOUT_MS = 30_000;

/** What `docker.io` is called where it is asked. */
const DOCKER_HUB = "registry-1.docker.io";

/** Answers to HEAD of registries that know only GET. */
const askByGet = new Set([405, 501]);

export function openRegistryReader(options: RegistryReaderOptions): RegistryReader {
  const { clock, userAgent, timeoutMs = TIMEOUT_MS, certificateAuthorities = [], proxies = { exempt: [] } } = options;
  const transport = openTransport({ userAgent, certificateAuthorities, proxies });
  const plainHttp = new Set((options.plainHttp ?? []).map(hostAsInUrls));
  const conversations = new Map<string, Conversation>();
  const closed = new AbortController();

  function question<Found>(signal: AbortSignal, work: (question: Question) => Promise<Answer<Found>>) {
    const ended = AbortSignal.any([signal, closed.signal]);
    return answered(clock, timeoutMs, ended, (until) => work({ transport, clock, plainHttp, signal: until }));
  }

  return {
    findManifest: (image, credential, signal) =>
      question<Manifest>(signal, (asked) => find(image, conversationOf(image, credential, conversations), asked)),
    readManifest: (image, credential, signal) =>
      question<ManifestContent>(signal, (asked) =>
        read(image, conversationOf(image, credential, conversations), asked),
      ),
    close() {
      closed.abort();
      transport.close();
    },
  };
}

async function find(image: ImageReference, conversation: Conversation, question: Question): Promise<Answer<Manifest>> {
  const followed = await ask("HEAD", manifestUrl(image, question.plainHttp), conversation, question);
  const { answer } = followed;
  await dropBody(answer);
  if (askByGet.has(answer.statusCode ?? 0)) return read(image, conversation, question);
  if (answer.statusCode !== 200) return refusal(followed, conversation, question);
  const manifest = manifestInHead(followed, image);
  return manifest === undefined ? read(image, conversation, question) : { kind: "exists", ...manifest };
}

async function read(
  image: ImageReference,
  conversation: Conversation,
  question: Question,
): Promise<Answer<ManifestContent>> {
  const followed = await ask("GET", manifestUrl(image, question.plainHttp), conversation, question);
  if (followed.answer.statusCode === 200) return { kind: "exists", ...(await manifestInBody(followed, image)) };
  await dropBody(followed.answer);
  return refusal(followed, conversation, question);
}

function refusal({ answer, from }: Followed, { credential }: Conversation, { clock }: Question) {
  return refusalOf(answer, from, credential !== undefined, clock);
}

/** Gives every end of a question its words: the deadline, the caller's abort, an answer that is none, a broken connection. */
async function answered<Found>(
  clock: Clock,
  timeoutMs: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<Answer<Found>>,
): Promise<Answer<Found>> {
  const deadline = clock.deadline(timeoutMs, signal);
  try {
    return await work(deadline.signal);
  } catch (error) {
    const { answer } = reasonOf(error, deadline.expired(), signal.aborted, timeoutMs);
    return answer;
  } finally {
    deadline.dispose();
  }
}

function reasonOf(error: unknown, expired: boolean, aborted: boolean, timeoutMs: number): Unanswered {
  if (expired) return unreachable("timeout", `there was no complete answer within ${timeoutMs / 1_000} s`);
  if (aborted) return unreachable("aborted", "the question was given up");
  if (error instanceof Unanswered) return error;
  if (!isConnectionError(error)) throw error;
  const { cause, reason } = connectionFailure(error);
  return unreachable(cause, `the registry ${reason}`);
}

function conversationOf(
  image: ImageReference,
  credential: Credential | undefined,
  conversations: Map<string, Conversation>,
): Conversation {
  const key = `${repositoryOf(image)} ${credential === undefined ? "" : credentialHash(credential)}`;
  const known = conversations.get(key);
  if (known !== undefined) return known;
  const conversation = { repository: image.path, credential, authorizations: new Map() };
  conversations.set(key, conversation);
  return conversation;
}

function manifestUrl({ registry, path, digest, tag }: ImageReference, plainHttp: ReadonlySet<string>): URL {
  const host = registry === "docker.io" ? DOCKER_HUB : registry;
  const scheme = plainHttp.has(hostAsInUrls(host)) ? "http" : "https";
  const address = `${scheme}://${host}/v2/${path}/manifests/${digest ?? tag ?? "latest"}`;
  if (!URL.canParse(address)) throw unreachable("network", `${host} is no host that can be asked`);
  return new URL(address);
}

/** Lower case, and without the port that goes without saying. */
function hostAsInUrls(host: string): string {
  return URL.canParse(`http://${host}`) ? new URL(`http://${host}`).host : host;
}
