import type { ApiObject } from "#domain/cluster/api-object.ts";
import { formatSecretName, type SecretName } from "#domain/cluster/secret-name.ts";
import type { DockerConfigEntry } from "#domain/credentials/keyring.ts";
import { ok, type Result } from "#domain/result.ts";
import type { ApiAnswer, KubernetesApi } from "#ports/kubernetes.ts";

/** The pull secrets of a Stock as they lie in the cluster, by `NAMESPACE/NAME`. */
export interface FoundSecrets {
  readonly objects: ReadonlyMap<string, ApiObject>;
  readonly configs: ReadonlyMap<string, readonly DockerConfigEntry[]>;
  /** Why one cannot be used, by `NAMESPACE/NAME`, as clauses that follow the name. */
  readonly problems: ReadonlyMap<string, string>;
  /** What is odd about one that can be used, in the same form. */
  readonly warnings: readonly (readonly [name: string, warning: string])[];
}

/** Reads the content of a pull secret. The error, and `unusable`, are clauses that follow its name. */
export type ReadPullSecret = (
  secret: ApiObject,
) => Result<{ readonly entries: readonly DockerConfigEntry[]; readonly unusable: readonly string[] }, string>;

export async function readSecrets(
  names: readonly SecretName[],
  read: ReadPullSecret,
  api: Pick<KubernetesApi, "get">,
  signal: AbortSignal,
): Promise<ApiAnswer<FoundSecrets>> {
  const objects = new Map<string, ApiObject>();
  const configs = new Map<string, readonly DockerConfigEntry[]>();
  const problems = new Map<string, string>();
  const warnings: [string, string][] = [];
  for (const { namespace, name } of names) {
    const text = formatSecretName({ namespace, name });
    const found = await api.get({ resource: "secrets", namespace, name }, signal);
    if (!found.ok && found.error.kind !== "not-found") return found;
    const secret = found.ok ? read(found.value) : undefined;
    if (!found.ok || secret === undefined) problems.set(text, "is not in the cluster");
    else if (!secret.ok) problems.set(text, secret.error);
    else {
      objects.set(text, found.value);
      configs.set(text, secret.value.entries);
      warnings.push(...secret.value.unusable.map((clause): [string, string] => [text, clause]));
    }
  }
  return ok({ objects, configs, problems, warnings });
}
