/** A pull secret as it lies in the cluster, read as the kubelet reads it (k8s.io/kubernetes, pkg/credentialprovider/secrets). */
import type { ApiObject } from "#domain/cluster/api-object.ts";
import type { DockerConfigEntry } from "#domain/credentials/keyring.ts";
import { fail, ok, type Result } from "#domain/result.ts";
import { type DockerConfigFormat, parseDockerConfig, type UnusablePart } from "../docker-config/docker-config.ts";

export interface PullSecret {
  readonly entries: readonly DockerConfigEntry[];
  /** Parts of it that no node can use, as clauses that follow the secret's name. */
  readonly unusable: readonly string[];
}

interface SecretFormat {
  readonly key: string;
  readonly format: DockerConfigFormat;
}

const formats: Readonly<Record<string, SecretFormat>> = {
  "kubernetes.io/dockerconfigjson": { key: ".dockerconfigjson", format: "config.json" },
  "kubernetes.io/dockercfg": { key: ".dockercfg", format: "dockercfg" },
};

/**
 * @param secret a Secret with its data
 * @returns its credentials, or why the kubelet cannot use it, as a clause that follows the secret's name; no value of it is ever shown
 */
export function readPullSecret(secret: ApiObject): Result<PullSecret, string> {
  const type = typeof secret["type"] === "string" ? secret["type"] : "Opaque";
  const known = formats[type];
  if (known === undefined) {
    return fail(`has the type ${type}, and a pull secret has the type ${Object.keys(formats).join(" or ")}`);
  }
  const text = valueOf(secret["data"], known.key);
  if (text === undefined) return fail(`has no key ${known.key}`);
  if (text.length === 0) return ok({ entries: [], unusable: [] });
  const parsed = parseDockerConfig(Buffer.from(text, "base64").toString("utf8"), known.format);
  if (!parsed.ok) {
    const { path, problem } = parsed.error;
    return fail(`has a ${known.key} in which ${path.length === 0 ? "the text" : `"${path.join(".")}"`} ${problem}`);
  }
  return ok({ entries: parsed.value.entries, unusable: parsed.value.unusable.map(describeUnusable) });
}

function valueOf(data: unknown, key: string): string | undefined {
  if (typeof data !== "object" || data === null) return undefined;
  const value: unknown = Reflect.get(data, key);
  return typeof value === "string" ? value : undefined;
}

function describeUnusable({ name, path }: UnusablePart): string {
  return `has "${path.join(".")}", which a node cannot use: it has neither the helper program nor the login session behind ${name}`;
}
