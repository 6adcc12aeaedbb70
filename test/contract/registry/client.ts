import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import type { SecretText } from "#domain/credentials/secret-text.ts";
import { sha256Of } from "#embedded/digest.ts";
import { type Content, type Image, type ImageIndex, makeImage } from "#embedded/images/image.ts";
import { pushImage } from "#embedded/images/push-image.ts";
import { mediaTypes } from "#embedded/media-types.ts";

/** A well-formed digest that nothing has. */
export const ABSENT = `sha256:${"a".repeat(64)}`;

const anyManifest = Object.values(mediaTypes)
  .flatMap(({ manifest, index }) => [manifest, index])
  .join(", ");

export interface RegistryAccount {
  readonly username: string;
  readonly password: SecretText;
}

interface Question {
  /** @default GET */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

/** What a test does with a registry, in few words and with deadlines. */
export class RegistryClient {
  readonly url: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(url: string, headers: Readonly<Record<string, string>> = {}) {
    this.url = url;
    this.#headers = headers;
  }

  /** The same registry, asked by somebody. */
  as(username: string, password: string): RegistryClient {
    const pair = Buffer.from(`${username}:${password}`).toString("base64");
    return new RegistryClient(this.url, { authorization: `Basic ${pair}` });
  }

  /** @param path below `/v2/`, or a whole URL */
  ask(path: string, question: Question = {}): Promise<Response> {
    const { method = "GET", headers = {}, body } = question;
    return fetch(new URL(path, `${this.url}/v2/`), {
      method,
      headers: { ...this.#headers, ...headers },
      signal: AbortSignal.timeout(10_000),
      ...(body && { body: Buffer.from(body) }),
    });
  }

  manifest(repository: string, reference: string, { method = "GET", headers = {} }: Question = {}): Promise<Response> {
    return this.ask(`${repository}/manifests/${reference}`, { method, headers: { accept: anyManifest, ...headers } });
  }

  put(path: string, body: Uint8Array, type = "application/octet-stream"): Promise<Response> {
    return this.ask(path, { method: "PUT", headers: { "content-type": type }, body });
  }

  patch(path: string, body: Uint8Array): Promise<Response> {
    return this.ask(path, { method: "PATCH", headers: { "content-type": "application/octet-stream" }, body });
  }

  /** @returns the URL of a new upload */
  async startUpload(repository: string): Promise<string> {
    const response = await this.ask(`${repository}/blobs/uploads/`, { method: "POST" });
    expect(response.status).toBe(202);
    return this.location(response);
  }

  async putBlob(repository: string, bytes: Uint8Array): Promise<string> {
    const digest = sha256Of(bytes);
    const response = await this.put(withDigest(await this.startUpload(repository), digest), bytes);
    expect(response.status).toBe(201);
    return digest;
  }

  async push(repository: string, tag: string, image: Image | ImageIndex, credential?: RegistryAccount): Promise<void> {
    const signal = AbortSignal.timeout(10_000);
    await pushImage({ registry: this.url, repository, tag, image, signal, ...(credential && { credential }) });
  }

  /** Locations may be relative (RFC 9110, section 10.2.2). */
  location(response: Response): string {
    return new URL(response.headers.get("location") ?? "", this.url).href;
  }
}

/** Tests share a registry, so each has its own repositories. */
export function newRepository(): string {
  return `acme/${randomUUID()}`;
}

export function smallImage(
  format: "oci" | "docker",
  platform = { os: "linux", architecture: "amd64" },
): Promise<Image> {
  return makeImage({ files: { "etc/larder": "hello" }, noise: { seed: "a", layerBytes: [3_000] }, format, platform });
}

export function withDigest(upload: string, digest: string): string {
  const url = new URL(upload);
  url.searchParams.set("digest", digest);
  return url.href;
}

export async function bytesOf(response: Response): Promise<Buffer> {
  return Buffer.from(await response.arrayBuffer());
}

export function expectHeaders(response: Response, content: Content): void {
  expect({
    type: response.headers.get("content-type"),
    length: response.headers.get("content-length"),
    digest: response.headers.get("docker-content-digest"),
  }).toEqual({ type: content.mediaType, length: String(content.bytes.length), digest: content.digest });
}

/** The registry's own error format, with this code as often as said and nothing else. */
export async function expectError(response: Response, status: number, code: string, times = 1): Promise<void> {
  const body: unknown = await response.json();
  expect(body).toMatchObject({ errors: Array.from({ length: times }, () => ({ code })) });
  expect(body).toHaveProperty("errors.0.message", expect.stringMatching(/\w/));
  expect(response.status).toBe(status);
  expect(response.headers.get("content-type")).toMatch(/^application\/json/);
}
