import { formatSecretName, type SecretName } from "../cluster/secret-name.ts";
import type { Offer } from "../credentials/credential.ts";
import { createKeyring, type DockerConfigEntry, type Keyring } from "../credentials/keyring.ts";
import { repositoryOf } from "../image/reference.ts";
import type { StockImage } from "./stock.ts";

/** What the pull secrets of a Stock hold, by `NAMESPACE/NAME`. One that is not there is left out by the kubelet, and here. */
export type SecretConfigs = ReadonlyMap<string, readonly DockerConfigEntry[]>;

/** An offer with the secret that it comes from. */
export interface SecretOffer extends Pick<Offer, "key" | "credential"> {
  readonly secret: SecretName;
}

/** What the kubelet would try first for an image of the Stock; undefined: no secret matches. */
export type FirstOffer = (image: StockImage) => SecretOffer | undefined;

/**
 * An image's own secrets are asked instead of the Stock's, not beside them: the kubelet tries the longest key first, whichever secret it
 * is in, so that of two sets together the one that was not meant may win.
 */
export function firstOfferOf(pullSecrets: readonly SecretName[], configs: SecretConfigs): FirstOffer {
  const keyrings = new Map<string, Keyring>();
  const keyringOf = (secrets: readonly SecretName[]): Keyring => {
    const names = secrets.map(formatSecretName).join(" ");
    const keyring = keyrings.get(names) ?? createKeyring(secrets.flatMap((secret) => configOf(secret, configs)));
    keyrings.set(names, keyring);
    return keyring;
  };
  return (image) => {
    const secrets = image.secrets ?? pullSecrets;
    const [offer] = keyringOf(secrets).lookup(repositoryOf(image.reference));
    if (offer === undefined) return undefined;
    const { source, key, credential } = offer;
    const secret = secrets.find(
      ({ namespace, name }) => source.kind === "pull-secret" && source.namespace === namespace && source.name === name,
    );
    return secret && { secret, key, credential };
  };
}

function configOf(secret: SecretName, configs: SecretConfigs) {
  const entries = configs.get(formatSecretName(secret));
  return entries === undefined ? [] : [{ source: { kind: "pull-secret", ...secret } as const, entries }];
}
