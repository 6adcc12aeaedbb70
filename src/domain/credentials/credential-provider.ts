/**
 * Credential provider plugins: programs on the node that the kubelet asks for the credentials of an image
 * (pkg/credentialprovider/plugin). What a node's configuration says of one, and what one answers.
 */
import type { DockerConfigEntry } from "./keyring.ts";
import type { SecretText } from "./secret-text.ts";

export const EXEC_API_VERSIONS = [
  "credentialprovider.kubelet.k8s.io/v1",
  "credentialprovider.kubelet.k8s.io/v1beta1",
  "credentialprovider.kubelet.k8s.io/v1alpha1",
] as const;

/** Version of the exchange with a plugin; request and answer have the same one. */
export type ExecApiVersion = (typeof EXEC_API_VERSIONS)[number];

/** One entry of a CredentialProviderConfig. */
export interface CredentialProvider {
  /** Also the name of its program in the folder of plugins. */
  readonly name: string;
  readonly apiVersion: ExecApiVersion;
  /** It is asked for images that one of these matches, by the rules of registry keys. */
  readonly matchImages: readonly string[];
  /** How long an answer is kept that does not say so itself; 0: not at all. */
  readonly defaultCacheMs: number;
  readonly args: readonly SecretText[];
  /** Added to the environment; of equal names the last one counts. */
  readonly env: readonly { readonly name: string; readonly value: SecretText }[];
  /** True: it is asked only for pods with a service account, so never for a pull without a pod. */
  readonly requiresServiceAccount: boolean;
}

export const CACHE_KEY_TYPES = ["Image", "Registry", "Global"] as const;

/** For which images an answer may be used again: the same repository, the same registry, or all that the plugin is asked for. */
export type CacheKeyType = (typeof CACHE_KEY_TYPES)[number];

export interface PluginAnswer {
  readonly cacheKeyType: CacheKeyType;
  /** How long it may be kept; 0 or less: not at all; undefined: as the provider's configuration says. */
  readonly cacheMs: number | undefined;
  readonly entries: readonly DockerConfigEntry[];
}
