/** Pushes an image over the distribution API, to the embedded registry or to a real one (Basic authentication or none). */
import { Agent } from "node:http";
import type { SecretText } from "#domain/credentials/secret-text.ts";
import type { Content, Image, ImageIndex } from "./image.ts";
import { type HttpAnswer, sendRequest } from "./send-request.ts";

export interface PushOptions {
  /** `http://host:port` */
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
  readonly image: Image | ImageIndex;
  readonly credential?: { readonly username: string; readonly password: SecretText };
  /** Ends the push; give it a deadline. */
  readonly signal: AbortSignal;
}

/** @throws an error that names the request, the status and the registry's own words */
export async function pushImage(options: PushOptions): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    const registry = new RegistryClient(options, agent);
    const { image, tag } = options;
    if (image.kind === "image") {
      await pushContents(registry, image, tag);
    } else {
      for (const child of image.images) await pushContents(registry, child, child.manifest.digest);
      await registry.putManifest(image.manifest, tag);
    }
  } finally {
    agent.destroy();
  }
}

async function pushContents(registry: RegistryClient, image: Image, reference: string): Promise<void> {
  for (const content of [image.config, ...image.layers]) await registry.putBlob(content);
  await registry.putManifest(image.manifest, reference);
}

class RegistryClient {
  readonly #options: PushOptions;
  readonly #agent: Agent;

  constructor(options: PushOptions, agent: Agent) {
    this.#options = options;
    this.#agent = agent;
  }

  async putBlob({ digest, bytes }: Content): Promise<void> {
    const known = await this.#send("HEAD", this.#url(`blobs/${digest}`), [200, 404]);
    if (known.status === 200) return;
    const started = await this.#send("POST", this.#url("blobs/uploads/"), [202]);
    const upload = new URL(started.headers.location ?? "", this.#options.registry);
    upload.searchParams.set("digest", digest);
    await this.#send("PUT", upload, [201], { type: "application/octet-stream", bytes });
  }

  async putManifest({ mediaType, bytes }: Content, reference: string): Promise<void> {
    await this.#send("PUT", this.#url(`manifests/${reference}`), [201], { type: mediaType, bytes });
  }

  async #send(
    method: string,
    url: URL,
    expected: readonly number[],
    body?: { readonly type: string; readonly bytes: Uint8Array },
  ): Promise<HttpAnswer> {
    const answer = await sendRequest({
      method,
      url,
      headers: {
        ...this.#authorizationFor(url),
        ...(body && { "Content-Type": body.type }),
        "Content-Length": String(body?.bytes.length ?? 0),
      },
      body: body?.bytes,
      agent: this.#agent,
      signal: this.#options.signal,
    });
    if (expected.includes(answer.status)) return answer;
    throw new Error(`${method} ${url.origin}${url.pathname} answered ${answer.status}: ${answer.text.trim()}`);
  }

  /** The credential is the registry's own: an upload that is sent elsewhere goes without it. */
  #authorizationFor(url: URL): { Authorization?: string } {
    const { credential, registry } = this.#options;
    if (credential === undefined || url.origin !== new URL(registry).origin) return {};
    const pair = `${credential.username}:${credential.password.reveal()}`;
    return { Authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
  }

  #url(path: string): URL {
    return new URL(`/v2/${this.#options.repository}/${path}`, this.#options.registry);
  }
}
