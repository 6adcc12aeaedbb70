import type { CredentialSource } from "#domain/credentials/credential.ts";
import type { DockerConfig } from "#domain/credentials/keyring.ts";
import type { Issue } from "#domain/issue.ts";
import type { DockerConfigFormat } from "#inputs/docker-config/docker-config.ts";
import { type DockerConfigIssue, readDockerConfig } from "#inputs/docker-config/read-docker-config.ts";
import type { Files } from "#ports/files.ts";
import { unreadable } from "../unreadable.ts";

export interface DockerConfigFile {
  /** undefined: it must not be used, or there is nothing in it. */
  readonly config?: DockerConfig;
  readonly issue?: DockerConfigIssue;
  readonly warnings: readonly Issue[];
}

export interface DockerConfigOptions {
  readonly source: CredentialSource;
  /** @default "either" */
  readonly format?: DockerConfigFormat;
  /** An empty file is no config and no issue, as an empty key of a pull secret is for the kubelet. */
  readonly mayBeEmpty?: boolean;
}

/** One docker config from the disk. */
export async function readDockerConfigFile(
  file: string,
  files: Pick<Files, "read">,
  { source, format, mayBeEmpty = false }: DockerConfigOptions,
): Promise<DockerConfigFile> {
  const bytes = await files.read(file);
  if (!bytes.ok) return { issue: unreadable(file, "docker config", bytes.error), warnings: [] };
  if (mayBeEmpty && bytes.value.length === 0) return { warnings: [] };
  const read = await readDockerConfig(file, bytes.value, source, format);
  return read.ok ? read.value : { issue: read.error, warnings: [] };
}
