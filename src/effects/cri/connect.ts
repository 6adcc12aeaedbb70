/**
 * The node's container runtime over its CRI socket. Works the same on containerd, CRI-O and cri-dockerd; where they differ
 * (an absent image is an empty answer or `NotFound`), the difference ends here.
 */
import { create } from "@bufbuild/protobuf";
import type { Credential } from "#domain/credentials/credential.ts";
import type { RuntimeFailure } from "#domain/failure/failure-class.ts";
import { redactText } from "#domain/failure/redact.ts";
import { fail, ok, type Result } from "#domain/result.ts";
import { SOCKET_PATH_BYTES_MAX } from "#domain/runtime/sockets.ts";
import type { CriRuntime, NodeImage } from "#ports/cri.ts";
import {
  AuthConfigSchema,
  type Image,
  ImageSpecSchema,
  ImageStatusRequestSchema,
  ListImagesRequestSchema,
  PullImageRequestSchema,
  RemoveImageRequestSchema,
  VersionRequestSchema,
} from "#wire/cri/generated/runtime/v1/api_pb.js";
import { criMethods, type UnaryMethod } from "#wire/cri/methods.ts";
import { openConnection } from "./connection.ts";
import { imagesInUseBy } from "./images-in-use.ts";
import { callUnary } from "./unary-call.ts";
import { explainUnreachable, pathTooLong } from "./unreachable.ts";

/** What the kubelet calls the version of the API when it asks for the runtime's (kubernetes, kuberuntime_manager.go). */
const KUBE_RUNTIME_API_VERSION = "0.1.0";

export type Call = <Request, Response>(
  method: UnaryMethod<Request, Response>,
  request: Request,
  signal: AbortSignal,
) => Promise<Result<Response, RuntimeFailure>>;

export interface CriOptions {
  /** Absolute path of the runtime's socket. It need not be there yet, and may go and come back. */
  readonly socket: string;
}

/**
 * Connects when the first call is made, and again whenever the runtime was away. While nobody listens, a call fails at once
 * with `Unavailable` and the reason; it never throws. A call has no deadline of its own: `signal` is the deadline.
 *
 * Failures carry gRPC's status name as Go spells it (`Unknown`, `NotFound`, `Unavailable`, `DeadlineExceeded`; `Canceled`
 * with one l when `signal` aborts) and the runtime's own words, from which the credential of the call is removed.
 */
export function connectCri(options: CriOptions): CriRuntime {
  const connection = openConnection(options.socket);
  const closing = new AbortController();
  const call: Call = async (method, request, signal) => {
    if (closing.signal.aborted) return fail({ grpcCode: "Canceled", message: "the connection is closed" });
    if (Buffer.byteLength(options.socket) > SOCKET_PATH_BYTES_MAX) return fail(pathTooLong(options.socket));
    const answer = await callUnary(connection.session(), method, request, [signal, closing.signal]);
    return answer.ok ? answer : fail(await explainUnreachable(options.socket, answer.error));
  };
  return {
    ...questionsTo(call),
    ...changesBy(call),
    imagesInUse: imagesInUseBy(call),
    close() {
      closing.abort();
      connection.close();
    },
  };
}

function questionsTo(call: Call): Pick<CriRuntime, "version" | "imageStatus" | "listImages"> {
  return {
    async version(signal) {
      const request = create(VersionRequestSchema, { version: KUBE_RUNTIME_API_VERSION });
      const answer = await call(criMethods.version, request, signal);
      return answer.ok ? ok({ name: answer.value.runtimeName, version: answer.value.runtimeVersion }) : answer;
    },
    async imageStatus(image, signal) {
      const request = create(ImageStatusRequestSchema, { image: specOf(image) });
      const answer = await call(criMethods.imageStatus, request, signal);
      if (!answer.ok) return answer.error.grpcCode === "NotFound" ? ok(undefined) : answer;
      return ok(answer.value.image && nodeImage(answer.value.image));
    },
    async listImages(signal) {
      const answer = await call(criMethods.listImages, create(ListImagesRequestSchema), signal);
      return answer.ok ? ok(answer.value.images.map(nodeImage)) : answer;
    },
  };
}

function changesBy(call: Call): Pick<CriRuntime, "pullImage" | "removeImage"> {
  return {
    async pullImage(image, credential, signal) {
      const request = create(PullImageRequestSchema, {
        image: specOf(image),
        ...(credential && { auth: authOf(credential) }),
      });
      const answer = await call(criMethods.pullImage, request, signal);
      if (answer.ok) return ok(answer.value.imageRef);
      return fail(redacted(answer.error, credential));
    },
    async removeImage(image, signal) {
      const request = create(RemoveImageRequestSchema, { image: specOf(image) });
      const answer = await call(criMethods.removeImage, request, signal);
      return answer.ok || answer.error.grpcCode === "NotFound" ? ok(undefined) : answer;
    },
  };
}

function specOf(image: string) {
  return create(ImageSpecSchema, { image });
}

function authOf(credential: Credential) {
  return create(AuthConfigSchema, { username: credential.username, password: credential.password.reveal() });
}

/** A runtime passes on what a registry says, and a registry may repeat what it was sent. */
function redacted({ grpcCode, message }: RuntimeFailure, credential: Credential | undefined): RuntimeFailure {
  return { grpcCode, message: redactText(message, credential ? [credential.password] : []) };
}

function nodeImage(image: Image): NodeImage {
  return {
    id: image.id,
    repoTags: image.repoTags,
    repoDigests: image.repoDigests,
    sizeBytes: Number(image.size),
    ...(image.pinned && { isPinned: true }),
  };
}
