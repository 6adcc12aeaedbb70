/**
 * Joins the generated messages of the Container Runtime Interface with gRPC: the same definitions drive the client
 * (`effects/cri`) and, by @grpc/grpc-js, the in-process runtime (`embedded/cri-runtime`), so the two cannot drift apart.
 * `generated/` comes from `proto/` (`npx buf generate`) and is never edited.
 */
import { type DescMessage, type DescMethodUnary, fromBinary, type MessageShape, toBinary } from "@bufbuild/protobuf";
import type { MethodDefinition } from "@grpc/grpc-js";
import { ImageService, RuntimeService } from "./generated/runtime/v1/api_pb.js";

/**
 * Bytes that one message may have, in both directions: what the kubelet allows itself (16 MiB, kubernetes
 * cri-client/pkg/utils.go, maxMsgSize) and what containerd sets too. gRPC's own default of 4 MiB is too small for the
 * image list of a full node.
 */
export const MESSAGE_BYTES_MAX = 16 * 1024 * 1024;

export const criMethods = {
  version: unary(RuntimeService.method.version),
  imageStatus: unary(ImageService.method.imageStatus),
  listImages: unary(ImageService.method.listImages),
  pullImage: unary(ImageService.method.pullImage),
  removeImage: unary(ImageService.method.removeImage),
  listContainers: unary(RuntimeService.method.listContainers),
  containerStatus: unary(RuntimeService.method.containerStatus),
} as const;

/** What the client needs of a call. */
export type UnaryMethod<Request, Response> = Pick<
  MethodDefinition<Request, Response>,
  "path" | "requestSerialize" | "responseDeserialize"
>;

/** Name of a call that Larder makes. */
export type CriCall = keyof typeof criMethods;

function unary<Input extends DescMessage, Output extends DescMessage>(
  method: DescMethodUnary<Input, Output>,
): MethodDefinition<MessageShape<Input>, MessageShape<Output>> {
  return {
    path: `/${method.parent.typeName}/${method.name}`,
    requestStream: false,
    responseStream: false,
    requestSerialize: (message) => bufferOver(toBinary(method.input, message)),
    requestDeserialize: (bytes) => fromBinary(method.input, bytes),
    responseSerialize: (message) => bufferOver(toBinary(method.output, message)),
    responseDeserialize: (bytes) => fromBinary(method.output, bytes),
  };
}

/** The same memory seen as the Buffer that grpc-js asks for. */
function bufferOver(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
