/**
 * Which credentials a node would offer for an image. Pull secrets, the node's own config and plugins are asked one after the
 * other and their offers appended; each of the three decides alone, and what two of them offer is offered twice
 * (kubelet-images: makeLookupPullCredentialsFunc).
 */
import type { Offer } from "#domain/credentials/credential.ts";
import type { CredentialProvider } from "#domain/credentials/credential-provider.ts";
import { createKeyring, type DockerConfig, joinKeyrings } from "#domain/credentials/keyring.ts";
import { type ImageReference, repositoryOf } from "#domain/image/reference.ts";
import { createPlugin, type Plugin, type PluginPorts } from "./plugin.ts";

export interface OfferSources {
  /** In the order of the pull secrets. */
  readonly pullSecrets: readonly DockerConfig[];
  readonly nodeConfig?: DockerConfig | undefined;
  /** In the order of their configuration. */
  readonly providers: readonly CredentialProvider[];
}

export interface OfferPorts extends PluginPorts {
  /** Takes what a plugin that gave no credentials said; told once for equal words. */
  readonly warn: (code: string, message: string) => void;
}

/** Asks plugins, so an answer may take a minute for each of them; it is as good as none once `signal` aborts. Never fails. */
export type OfferLookup = (reference: ImageReference, signal: AbortSignal) => Promise<readonly Offer[]>;

export function offerLookup(sources: OfferSources, ports: OfferPorts): OfferLookup {
  const nodeConfig = sources.nodeConfig ? [sources.nodeConfig] : [];
  const files = joinKeyrings([createKeyring(sources.pullSecrets), createKeyring(nodeConfig)]);
  const plugins = sources.providers
    .filter((provider) => !provider.requiresServiceAccount)
    .map((provider) => createPlugin(provider, ports));
  const warn = onceEach(ports.warn);
  return async (reference, signal) => {
    const repository = repositoryOf(reference);
    return [...files.lookup(repository), ...(await askPlugins(plugins, repository, signal, warn))];
  };
}

/** The answers of all plugins make one keyring (plugins.go externalCredentialProviderKeyring). */
async function askPlugins(
  plugins: readonly Plugin[],
  repository: string,
  signal: AbortSignal,
  warn: OfferPorts["warn"],
): Promise<readonly Offer[]> {
  const configs: DockerConfig[] = [];
  for (const plugin of plugins) {
    const { name } = plugin.provider;
    const answer = await plugin.answerFor(repository, signal);
    if (answer?.ok) configs.push({ source: { kind: "plugin", name }, entries: answer.value.entries });
    else if (answer && !signal.aborted)
      warn("CREDENTIAL_PLUGIN_FAILED", `the credential plugin ${name} gave no credentials: ${answer.error}`);
  }
  return createKeyring(configs).lookup(repository);
}

function onceEach(warn: OfferPorts["warn"]): OfferPorts["warn"] {
  const told = new Set<string>();
  return (code, message) => {
    if (told.has(message)) return;
    told.add(message);
    warn(code, message);
  };
}
