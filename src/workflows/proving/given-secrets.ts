/** The secrets that a service account gives to pods without any: do they spoil the question whether an image is given without one? */
import { createKeyring, type Keyring } from "#domain/credentials/keyring.ts";
import { type ImageReference, repositoryOf } from "#domain/image/reference.ts";
import type { KubernetesApi } from "#ports/kubernetes.ts";
import type { ReadPullSecret } from "../stocking/read-secrets.ts";

export interface GivenSecrets {
  /** @returns why a pod with these secrets does not ask for the image as one without a secret would, as a clause; undefined: it does */
  whySpoiled(names: readonly string[], image: ImageReference, signal: AbortSignal): Promise<string | undefined>;
}

/** Each secret is read once. One that cannot be used is none for the kubelet, too. */
export function givenSecrets(namespace: string, read: ReadPullSecret, api: Pick<KubernetesApi, "get">): GivenSecrets {
  const keyrings = new Map<string, Promise<Keyring | undefined>>();
  const keyringOf = (name: string, signal: AbortSignal): Promise<Keyring | undefined> => {
    const known = keyrings.get(name) ?? readKeyring({ namespace, name }, read, api, signal);
    keyrings.set(name, known);
    return known;
  };
  return {
    async whySpoiled(names, image, signal) {
      for (const name of names) {
        const keyring = await keyringOf(name, signal);
        const given = `the pod's service account gave it the pull secret ${name}`;
        if (keyring === undefined) return `${given}, which could not be read`;
        if (keyring.lookup(repositoryOf(image)).length > 0) return `${given}, which matches the image`;
      }
      return undefined;
    },
  };
}

async function readKeyring(
  { namespace, name }: { readonly namespace: string; readonly name: string },
  read: ReadPullSecret,
  api: Pick<KubernetesApi, "get">,
  signal: AbortSignal,
): Promise<Keyring | undefined> {
  const found = await api.get({ resource: "secrets", namespace, name }, signal);
  if (!found.ok) return found.error.kind === "not-found" ? createKeyring([]) : undefined;
  const secret = read(found.value);
  const entries = secret.ok ? secret.value.entries : [];
  return createKeyring([{ source: { kind: "pull-secret", namespace, name }, entries }]);
}
