import type { Credential } from "#domain/credentials/credential.ts";
import type { ImageReference } from "#domain/image/reference.ts";

/** Asks registries about manifests. Answers say what happened in any case; the words in them hold no secret. */
export interface RegistryReader {
  /**
   * Whether an image is there, without its content (HEAD). By its digest, or else by its tag, or else by `latest`.
   * @param credential without one the question is asked as anybody could ask it
   * @param signal ends the question at once, as does the reader's own deadline
   */
  findManifest(
    image: ImageReference,
    credential: Credential | undefined,
    signal: AbortSignal,
  ): Promise<Answer<Manifest>>;
  /** The same with the manifest itself (GET); its bytes have the digest. */
  readManifest(
    image: ImageReference,
    credential: Credential | undefined,
    signal: AbortSignal,
  ): Promise<Answer<ManifestContent>>;
  /** Ends what still runs, and closes all connections. */
  close(): void;
}

export interface Manifest {
  /** Of an image, or of the index of several platforms. */
  readonly digest: string;
  /** As the registry names it; empty where it does not. */
  readonly mediaType: string;
  /** Of the manifest itself, in bytes; undefined: the registry does not say. */
  readonly sizeBytes: number | undefined;
}

export interface ManifestContent extends Manifest {
  readonly bytes: Uint8Array;
}

export type Answer<Found> = ({ readonly kind: "exists" } & Found) | NoManifest;

export type NoManifest =
  /** Asked without a credential: the registry does not give it to everybody. Many say so also of what is not there. */
  | { readonly kind: "needs-credential" }
  /** This credential does not open it. */
  | { readonly kind: "denied"; readonly reason: string }
  | { readonly kind: "absent" }
  /** Asked too often. `retryAfterMs` where the registry says so. */
  | { readonly kind: "throttled"; readonly retryAfterMs: number | undefined }
  | { readonly kind: "unreachable"; readonly cause: UnreachableCause; readonly reason: string };

/**
 * `network`: no connection; `tls`: a certificate or the handshake; `timeout`: no answer, or not to its end; `proxy`: the proxy on the
 * way; `server`: the registry says that something is wrong with itself; `protocol`: what answers does not speak as a registry;
 * `aborted`: whoever asked no longer waits.
 */
export type UnreachableCause = "network" | "tls" | "timeout" | "proxy" | "server" | "protocol" | "aborted";

/** A proxy as HTTP_PROXY and HTTPS_PROXY name one. */
export interface ProxyServer {
  readonly host: string;
  readonly port: number;
  /** The connection to the proxy itself uses TLS. */
  readonly secure: boolean;
  readonly credential: Pick<Credential, "username" | "password"> | undefined;
}

export interface ProxySettings {
  /** For registries with plain HTTP. */
  readonly http?: ProxyServer;
  /** For all others. */
  readonly https?: ProxyServer;
  /** What is asked directly, as in NO_PROXY: `*`, hosts with everything below them, `.domain`, addresses, networks, each with `:port` or without. */
  readonly exempt: readonly string[];
}
