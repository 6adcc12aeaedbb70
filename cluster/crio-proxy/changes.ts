/**
 * What CRI-O answers otherwise than containerd: its name, image IDs without `sha256:`, what a pull gives, and the words of a
 * failed pull. Fields that the proxy does not know stay as they are.
 */
import { type DescMessage, fromBinary, type MessageShape, toBinary } from "@bufbuild/protobuf";
import { parseImageReference, repositoryOf } from "#domain/image/reference.ts";
import {
  ImageStatusRequestSchema,
  ImageStatusResponseSchema,
  ListImagesResponseSchema,
  PullImageRequestSchema,
  PullImageResponseSchema,
  VersionResponseSchema,
} from "#wire/cri/generated/runtime/v1/api_pb.js";
import type { Answer } from "./unary.ts";
import { inCrioWords } from "./words.ts";

export interface Exchange {
  readonly request: Uint8Array;
  readonly answered: Answer;
  /** Another call to the runtime, on the proxy's own account. */
  readonly ask: (method: string, message: Uint8Array) => Promise<Answer>;
  readonly pullAnswer: () => "digest" | "id";
}

const UNKNOWN = 2;
/** Canceled and DeadlineExceeded come from the caller. */
const NOT_AN_ERROR_OF_CRIO = [1, 4];
const CRIO_VERSION = "1.35.0";

/** By the path of the call; the others go through as they are. */
export const changes: Readonly<Record<string, (exchange: Exchange) => Promise<Answer> | Answer>> = {
  "/runtime.v1.RuntimeService/Version": ({ answered }) =>
    changed(VersionResponseSchema, answered, (version) => {
      version.runtimeName = "cri-o";
      version.runtimeVersion = CRIO_VERSION;
    }),
  "/runtime.v1.ImageService/ImageStatus": ({ answered }) =>
    changed(ImageStatusResponseSchema, answered, ({ image }) => {
      if (image !== undefined) image.id = bareId(image.id);
    }),
  "/runtime.v1.ImageService/ListImages": ({ answered }) =>
    changed(ListImagesResponseSchema, answered, ({ images }) => {
      for (const image of images) image.id = bareId(image.id);
    }),
  "/runtime.v1.ImageService/PullImage": changePull,
};

async function changePull({ request, answered, ask, pullAnswer }: Exchange): Promise<Answer> {
  const asked = fromBinary(PullImageRequestSchema, request).image?.image ?? "";
  if (answered.code !== 0) {
    const code = NOT_AN_ERROR_OF_CRIO.includes(answered.code) ? answered.code : UNKNOWN;
    return { ...answered, code, text: inCrioWords(asked, answered.text) };
  }
  const repoDigest = pullAnswer() === "digest" ? await repoDigestOf(asked, ask) : undefined;
  return changed(PullImageResponseSchema, answered, (pulled) => {
    pulled.imageRef = repoDigest ?? bareId(pulled.imageRef);
  });
}

/** `repository@digest` of an image that is there now, under the repository by which it was asked for. */
async function repoDigestOf(image: string, ask: Exchange["ask"]): Promise<string | undefined> {
  const request = toBinary(ImageStatusRequestSchema, {
    $typeName: "runtime.v1.ImageStatusRequest",
    image: { $typeName: "runtime.v1.ImageSpec", image },
  });
  const { message } = await ask("/runtime.v1.ImageService/ImageStatus", request);
  const parsed = parseImageReference(image);
  const digests = fromBinary(ImageStatusResponseSchema, message).image?.repoDigests ?? [];
  return parsed.ok ? digests.find((digest) => digest.startsWith(`${repositoryOf(parsed.value)}@`)) : undefined;
}

function changed<Schema extends DescMessage>(
  schema: Schema,
  answered: Answer,
  change: (message: MessageShape<Schema>) => void,
): Answer {
  if (answered.code !== 0) return answered;
  const message = fromBinary(schema, answered.message);
  change(message);
  return { ...answered, message: toBinary(schema, message) };
}

function bareId(id: string): string {
  return id.replace(/^sha256:/, "");
}
