import { type handleUnaryCall, Server } from "@grpc/grpc-js";
import type {
  ContainerStatusRequest,
  ImageStatusRequest,
  PullImageRequest,
  RemoveImageRequest,
} from "#wire/cri/generated/runtime/v1/api_pb.js";
import { type CriCall, criMethods, MESSAGE_BYTES_MAX } from "#wire/cri/methods.ts";
import { statusCode } from "#wire/cri/status.ts";
import {
  containerStatusAnswer,
  imageStatusAnswer,
  listContainersAnswer,
  listImagesAnswer,
  pullImageAnswer,
  type RuntimeIdentity,
  removeImageAnswer,
  type ToldContainer,
  versionAnswer,
} from "./answers.ts";
import { CallRefused } from "./failure.ts";
import type { FaultPlan } from "./faults.ts";
import type { PullContext } from "./pull.ts";

export interface ReceivedCall {
  readonly call: CriCall;
  readonly image?: string;
  /** `none`: the request had no auth message; otherwise the user name in it. */
  readonly auth?: "none" | { readonly username: string };
}

const serverOptions = {
  "grpc.max_receive_message_length": MESSAGE_BYTES_MAX,
  "grpc.max_send_message_length": MESSAGE_BYTES_MAX,
  "grpc.enable_channelz": 0,
};

type Answer<Request, Response> = (request: Request, signal: AbortSignal) => Promise<Response>;

/** The server with its calls; it has no socket of its own. */
export function createGrpcServer(
  identity: RuntimeIdentity,
  context: PullContext & { readonly containers: readonly ToldContainer[] },
  faults: FaultPlan,
  onCall: (call: ReceivedCall) => void,
): Server {
  const server = new Server(serverOptions);
  const faulty = <Request, Response>(
    receive: (request: Request) => ReceivedCall,
    answer: (request: Request, signal: AbortSignal) => Response | Promise<Response>,
  ): handleUnaryCall<Request, Response> =>
    answering(async (request: Request, signal) => {
      const received = receive(request);
      onCall(received);
      await faults.meet(received.call, received.image, signal);
      return answer(request, signal);
    });
  server.addService(criMethods, {
    version: faulty(
      () => ({ call: "version" }),
      () => versionAnswer(identity),
    ),
    imageStatus: faulty(
      (request: ImageStatusRequest) => ({ call: "imageStatus", image: imageIn(request) }),
      (request) => imageStatusAnswer(imageIn(request), context),
    ),
    listImages: faulty(
      () => ({ call: "listImages" }),
      () => listImagesAnswer(context),
    ),
    pullImage: faulty(
      (request: PullImageRequest) => ({ call: "pullImage", image: imageIn(request), auth: authIn(request) }),
      (request, signal) => pullImageAnswer(imageIn(request), request.auth, identity, context, signal),
    ),
    removeImage: faulty(
      (request: RemoveImageRequest) => ({ call: "removeImage", image: imageIn(request) }),
      (request) => removeImageAnswer(imageIn(request), context),
    ),
    listContainers: faulty(
      () => ({ call: "listContainers" }),
      () => listContainersAnswer(context.containers),
    ),
    containerStatus: faulty(
      () => ({ call: "containerStatus" }),
      ({ containerId }: ContainerStatusRequest) => containerStatusAnswer(containerId, context.containers),
    ),
  });
  return server;
}

/** Joins a call of grpc-js with a promise: a canceled call aborts the signal, a refusal becomes the call's status. */
function answering<Request, Response>(answer: Answer<Request, Response>): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    const canceled = new AbortController();
    call.on("cancelled", () => canceled.abort());
    if (call.cancelled) canceled.abort();
    answer(call.request, canceled.signal).then(
      (response) => callback(null, response),
      (error: unknown) => callback(statusOf(error)),
    );
  };
}

function statusOf(error: unknown): { readonly code: number; readonly details: string } {
  if (error instanceof CallRefused) return { code: statusCode(error.status), details: error.message };
  return { code: statusCode("Internal"), details: error instanceof Error ? error.message : String(error) };
}

function imageIn(request: { readonly image?: { readonly image: string } | undefined }): string {
  return request.image?.image ?? "";
}

function authIn(request: PullImageRequest): NonNullable<ReceivedCall["auth"]> {
  return request.auth === undefined ? "none" : { username: request.auth.username };
}
