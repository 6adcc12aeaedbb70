/**
 * Pushes an image over the distribution API, to the embedded registry or to a real one. What is there already is not sent
 * again, and what lies in another repository of the registry is mounted from there where the registry does that.
 */
import type { IncomingMessage } from "node:http";
import { parseChallenges } from "#wire/registry/challenge.ts";
import { type Authorizer, createAuthorizer } from "../cri-runtime/authorizer.ts";
import { exchange, type HttpAgents, openHttpAgents, readText } from "../cri-runtime/http-exchange.ts";
import type { RegistryCredential } from "../cri-runtime/token.ts";
import type { Content, Image, ImageIndex } from "./image.ts";

const ANSWER_BYTES_MAX = 64_000;

export interface PushOptions {
  /** `http://host:port` or `https://host` */
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
  readonly image: Image | ImageIndex;
  /** Sent only when the registry asks for it, as it is (Basic) or for a token (Bearer). */
  readonly credential?: RegistryCredential;
  /** Repository of the same registry that may hold some of the layers. */
  readonly mountFrom?: string;
  /** Ends the push; give it a deadline. */
  readonly signal: AbortSignal;
}

/** What became of the config and each layer, by digest. */
export type Pushed = ReadonlyMap<string, "uploaded" | "mounted" | "present">;

/** @throws an error that names the request, the status and the registry's own words */
export async function pushImage(options: PushOptions): Promise<Pushed> {
  const agents = openHttpAgents();
  const pushed = new Map<string, "uploaded" | "mounted" | "present">();
  try {
    const repository = new TargetRepository(options, agents);
    const { image, tag } = options;
    for (const each of image.kind === "index" ? image.images : [image]) {
      for (const content of [each.config, ...each.layers]) {
        pushed.set(content.digest, await repository.putBlob(content));
      }
      await repository.putManifest(each.manifest, each === image ? tag : each.manifest.digest);
    }
    if (image.kind === "index") await repository.putManifest(image.manifest, tag);
    return pushed;
  } finally {
    agents.close();
  }
}

interface Body {
  readonly type: string;
  readonly bytes: Uint8Array;
}

class TargetRepository {
  readonly #options: PushOptions;
  readonly #agents: HttpAgents;
  readonly #registry: URL;
  #authorizer: Authorizer;

  constructor(options: PushOptions, agents: HttpAgents) {
    this.#options = options;
    this.#agents = agents;
    this.#registry = new URL(options.registry);
    this.#authorizer = this.#newAuthorizer();
  }

  async putBlob({ digest, bytes }: Content): Promise<"uploaded" | "mounted" | "present"> {
    // Registries that keep their blobs elsewhere say with 307 where: it is there, too.
    const known = await this.#send("HEAD", this.#url(`blobs/${digest}`), [200, 307, 404]);
    if (known.statusCode !== 404) return "present";
    const mounting = await this.#mount(digest);
    if (mounting?.statusCode === 201) return "mounted";
    const started = mounting ?? (await this.#send("POST", this.#url("blobs/uploads/"), [202]));
    const upload = new URL(started.headers.location ?? "", this.#registry);
    upload.searchParams.set("digest", digest);
    await this.#send("PUT", upload, [201], { type: "application/octet-stream", bytes });
    return "uploaded";
  }

  /** @returns the answer 201: mounted; 202: an upload was started instead; undefined: neither */
  async #mount(digest: string): Promise<IncomingMessage | undefined> {
    const { mountFrom } = this.#options;
    if (mountFrom === undefined) return undefined;
    const url = this.#url("blobs/uploads/");
    url.searchParams.set("mount", digest);
    url.searchParams.set("from", mountFrom);
    // Who may not read there may nevertheless push here.
    const answer = await this.#send("POST", url, [201, 202, 401, 403]);
    return (answer.statusCode ?? 0) < 300 ? answer : undefined;
  }

  async putManifest({ mediaType, bytes }: Content, reference: string): Promise<void> {
    await this.#send("PUT", this.#url(`manifests/${reference}`), [201], { type: mediaType, bytes });
  }

  /** Answers one challenge: a token can be too narrow for this request, or have run out since the last one. */
  async #send(
    method: "HEAD" | "POST" | "PUT",
    url: URL,
    expected: readonly number[],
    body?: Body,
  ): Promise<IncomingMessage> {
    let answer = await this.#exchange(method, url, body);
    if (answer.statusCode === 401 && url.host === this.#registry.host) {
      this.#authorizer = this.#newAuthorizer();
      if (this.#authorizer.accept(url.host, parseChallenges(answer.headers["www-authenticate"]))) {
        answer.resume();
        answer = await this.#exchange(method, url, body);
      }
    }
    const status = answer.statusCode ?? 0;
    if (!expected.includes(status)) {
      const words = (await readText(answer, ANSWER_BYTES_MAX)).trim();
      throw new Error(`${method} ${url.origin}${url.pathname} answered ${status}${words && `: ${words}`}`);
    }
    answer.resume();
    return answer;
  }

  /** The credential is the registry's own: an upload that is sent elsewhere goes without it. */
  async #exchange(method: "HEAD" | "POST" | "PUT", url: URL, body: Body | undefined): Promise<IncomingMessage> {
    const authorization = await this.#authorizer.headerFor(url.host);
    const headers = {
      ...(authorization !== undefined && { Authorization: authorization }),
      ...(body && { "Content-Type": body.type }),
      "Content-Length": String(body?.bytes.length ?? 0),
    };
    return exchange({ method, url, headers, ...(body && { body: body.bytes }) }, this.#agents, this.#options.signal);
  }

  #newAuthorizer(): Authorizer {
    const { repository, credential, signal } = this.#options;
    return createAuthorizer(repository, credential, this.#agents, signal);
  }

  #url(path: string): URL {
    return new URL(`/v2/${this.#options.repository}/${path}`, this.#registry);
  }
}
