import { readFile } from "node:fs/promises";
import type { Credential } from "#domain/credentials/credential.ts";
import { createKeyring } from "#domain/credentials/keyring.ts";
import { type ImageReference, repositoryOf } from "#domain/image/reference.ts";
import { InputError } from "#domain/issue.ts";
import type { Image } from "#embedded/images/image.ts";
import { type Pushed, pushImage } from "#embedded/images/push-image.ts";
import { readDockerConfig } from "#inputs/docker-config/read-docker-config.ts";
import type { Options } from "./options.ts";

/** Pushes an image where the options say, with the credential that the docker config has for that place. */
export async function push(
  image: Image,
  { to, tag, plainHttp, dockerConfig, mountFrom }: Extract<Options, { kind: "push" }>,
  signal: AbortSignal,
): Promise<Pushed> {
  const credential = dockerConfig === undefined ? undefined : await credentialFor(to, dockerConfig);
  const host = to.registry === "docker.io" ? "registry-1.docker.io" : to.registry;
  return pushImage({
    registry: `${plainHttp ? "http" : "https"}://${host}`,
    repository: to.path,
    tag,
    image,
    signal,
    ...(credential && { credential }),
    ...(mountFrom !== undefined && { mountFrom }),
  });
}

async function credentialFor(to: ImageReference, file: string): Promise<Credential> {
  const read = await readDockerConfig(file, await readFile(file), { kind: "docker-config", file });
  if (!read.ok) throw new InputError([read.error]);
  const [offer] = createKeyring([read.value.config]).lookup(repositoryOf(to));
  if (offer === undefined) throw new Error(`${file} has no password for ${repositoryOf(to)}`);
  return offer.credential;
}
