/** The calls that Larder makes, answered as containerd answers them. */
import { create } from "@bufbuild/protobuf";
import { SecretText } from "#domain/credentials/secret-text.ts";
import type { NodeImage } from "#ports/cri.ts";
import {
  type AuthConfig,
  type ContainerStatusResponse,
  ContainerStatusResponseSchema,
  ImageSchema,
  type ImageStatusResponse,
  ImageStatusResponseSchema,
  type ListContainersResponse,
  ListContainersResponseSchema,
  type ListImagesResponse,
  ListImagesResponseSchema,
  type PullImageResponse,
  PullImageResponseSchema,
  type RemoveImageResponse,
  RemoveImageResponseSchema,
  type VersionResponse,
  VersionResponseSchema,
} from "#wire/cri/generated/runtime/v1/api_pb.js";
import { CallRefused } from "./failure.ts";
import { type PullContext, pullImage } from "./pull.ts";
import type { RegistryCredential } from "./token.ts";

export interface RuntimeIdentity {
  readonly name: string;
  readonly version: string;
  /** What PullImage answers: containerd and newer CRI-O say the image's ID, CRI-O up to 1.35.1 a name with digest. */
  readonly pullReturns: "id" | "repo-digest";
}

export function versionAnswer(identity: RuntimeIdentity): VersionResponse {
  return create(VersionResponseSchema, {
    version: "0.1.0",
    runtimeName: identity.name,
    runtimeVersion: identity.version,
    runtimeApiVersion: "v1",
  });
}

export function imageStatusAnswer(image: string, context: PullContext): ImageStatusResponse {
  const found = context.images.find(image);
  return create(ImageStatusResponseSchema, found && { image: listed(found) });
}

export function listImagesAnswer(context: PullContext): ListImagesResponse {
  return create(ListImagesResponseSchema, { images: context.images.list().map(listed) });
}

export async function pullImageAnswer(
  image: string,
  auth: AuthConfig | undefined,
  identity: RuntimeIdentity,
  context: PullContext,
  signal: AbortSignal,
): Promise<PullImageResponse> {
  const pulled = await pullImage(image, credentialOf(auth), context, signal);
  return create(PullImageResponseSchema, {
    imageRef: identity.pullReturns === "id" ? pulled.id : pulled.repoDigest,
  });
}

/** The whole image goes, whichever of its names was given, as the CRI wants it; an absent one is no failure. */
export function removeImageAnswer(image: string, context: PullContext): RemoveImageResponse {
  const found = context.images.find(image);
  if (found !== undefined) context.contents.retain(context.images.remove(found.id));
  return create(RemoveImageResponseSchema);
}

/** A container that somebody else runs; the runtime only tells of it. */
export interface ToldContainer {
  readonly id: string;
  /** ID of its image. */
  readonly imageId: string;
  /** IDs of the images that it mounts as volumes. @default none */
  readonly mountedImageIds?: readonly string[];
}

export function listContainersAnswer(containers: readonly ToldContainer[]): ListContainersResponse {
  const told = containers.map(({ id, imageId }) => ({ id, image: { image: imageId }, imageRef: imageId }));
  return create(ListContainersResponseSchema, { containers: told });
}

export function containerStatusAnswer(id: string, containers: readonly ToldContainer[]): ContainerStatusResponse {
  const found = containers.find((container) => container.id === id);
  if (found === undefined)
    throw new CallRefused("NotFound", `an error occurred when try to find container "${id}": not found`);
  const mounts = (found.mountedImageIds ?? []).map((image) => ({ image: { image } }));
  return create(ContainerStatusResponseSchema, { status: { mounts } });
}

/** An auth without a user name counts as none (containerd, ParseAuth). */
function credentialOf(auth: AuthConfig | undefined): RegistryCredential | undefined {
  if (auth === undefined || auth.username === "") return undefined;
  return { username: auth.username, password: new SecretText(auth.password) };
}

function listed(image: NodeImage) {
  return create(ImageSchema, {
    id: image.id,
    repoTags: [...image.repoTags],
    repoDigests: [...image.repoDigests],
    size: BigInt(image.sizeBytes),
    pinned: image.isPinned ?? false,
  });
}
