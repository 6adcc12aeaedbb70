/**
 * Which credentials a node would offer for an image. Pull secrets, the node's own config and plugins are asked one after the
 * other and their offers appended; each of the three decides alone, and what two of them offer is offered twice
 * (kubelet-images: makeLookupPullCredentialsFunc).
 */
import type { Offer } from "#domain/credentials/credential.ts";
import type { CredentialProvider } from "#domain/credentials/credential-provider.ts";
import { createKeyring, type DockerConfig, joinKeyrings } from "#domain/credentials/keyring.ts";
import { type ImageReference, repositoryOf } from "#domain/image/reference.ts";
import { createPlugin, type PluginPorts } from "./plugin.ts";

/** What is read from files, once. */
export interface ConfiguredOffers {
  /** In the order of the pull secrets. */
  readonly pullSecrets: readonly DockerConfig[];
  readonly nodeConfig?: DockerConfig | undefined;
}

/** What is asked when an image is pulled. */
export interface PluginOffers extends PluginPorts {
  /** In the order of their configuration. */
  readonly providers: readonly CredentialProvider[];
  /** Takes what a plugin that gave no credentials said; told once for equal words. */
  readonly warn: (code: string, message: string) => void;
}

/**
 * Never fails: a plugin that does is a warning. It may take a minute for each plugin that is asked, and gives what is there
 * as soon as `signal` aborts.
 */
export type OfferLookup = (reference: ImageReference, signal: AbortSignal) => Promise<readonly Offer[]>;

export function offerLookup(configured: ConfiguredOffers, fromPlugins?: PluginOffers): OfferLookup {
  const nodeConfig = configured.nodeConfig ? [configured.nodeConfig] : [];
  const files = joinKeyrings([createKeyring(configured.pullSecrets), createKeyring(nodeConfig)]);
  const askPlugins = fromPlugins ? pluginLookup(fromPlugins) : async () => [];
  return async (reference, signal) => {
    const repository = repositoryOf(reference);
    return [...files.lookup(repository), ...(await askPlugins(repository, signal))];
  };
}

/** The answers of all plugins make one keyring (plugins.go externalCredentialProviderKeyring). */
function pluginLookup(from: PluginOffers): (repository: string, signal: AbortSignal) => Promise<readonly Offer[]> {
  const asked = from.providers.filter((provider) => !provider.requiresServiceAccount);
  const plugins = asked.map((provider) => createPlugin(provider, from));
  const warn = onceEach(from.warn);
  return async (repository, signal) => {
    const configs: DockerConfig[] = [];
    for (const plugin of plugins) {
      const { name } = plugin.provider;
      const answer = await plugin.answerFor(repository, signal);
      if (answer?.ok) configs.push({ source: { kind: "plugin", name }, entries: answer.value.entries });
      else if (answer && !signal.aborted)
        warn("CREDENTIAL_PLUGIN_FAILED", `the credential plugin ${name} gave no credentials: ${answer.error}`);
    }
    return createKeyring(configs).lookup(repository);
  };
}

function onceEach(warn: PluginOffers["warn"]): PluginOffers["warn"] {
  const told = new Set<string>();
  return (code, message) => {
    if (told.has(message)) return;
    told.add(message);
    warn(code, message);
  };
}
