import { setMaxListeners } from "node:events";
import { type ClientHttp2Session, type ClientHttp2Stream, constants, type IncomingHttpHeaders } from "node:http2";
import type { RuntimeFailure } from "#domain/failure/failure-class.ts";
import { fail, ok, type Result } from "#domain/result.ts";
import { MESSAGE_BYTES_MAX, type UnaryMethod } from "#wire/cri/methods.ts";
import { failureOf } from "./call-status.ts";
import { frameMessage, messageReader } from "./grpc-message.ts";

/**
 * Makes one call. When one of the signals aborts, the runtime is told (it then stops the pull, too), and the answer is
 * `Canceled` at once, whatever the runtime does.
 */
export function callUnary<Request, Response>(
  session: ClientHttp2Session,
  method: UnaryMethod<Request, Response>,
  request: Request,
  signals: readonly AbortSignal[],
): Promise<Result<Response, RuntimeFailure>> {
  if (signals.some((signal) => signal.aborted)) return Promise.resolve(fail(canceled));
  // Many calls may share one signal, and each takes its listener away; Node's warning at the eleventh would be noise.
  setMaxListeners(0, ...signals);
  return new Promise((resolve) => {
    const settle = (answer: Result<Response, RuntimeFailure>): void => {
      for (const signal of signals) signal.removeEventListener("abort", onAbort);
      resolve(answer);
    };
    const stream = session.request(headersOf(method.path));
    const onAbort = (): void => {
      stream.close(constants.NGHTTP2_CANCEL);
      settle(fail(canceled));
    };
    for (const signal of signals) signal.addEventListener("abort", onAbort, { once: true });
    void answerOf(stream, session).then((answer) => settle(answer.ok ? decoded(method, answer.value) : answer));
    stream.end(frameMessage(method.requestSerialize(request)));
  });
}

function headersOf(path: string): Readonly<Record<string, string>> {
  return {
    [constants.HTTP2_HEADER_METHOD]: "POST",
    [constants.HTTP2_HEADER_PATH]: path,
    [constants.HTTP2_HEADER_CONTENT_TYPE]: "application/grpc",
    [constants.HTTP2_HEADER_TE]: "trailers",
    [constants.HTTP2_HEADER_USER_AGENT]: "larder",
  };
}

/** Resolves with the bytes of the message when the stream has closed, which it does in any case; never rejects. */
function answerOf(stream: ClientHttp2Stream, session: ClientHttp2Session): Promise<Result<Buffer, RuntimeFailure>> {
  const reader = messageReader(MESSAGE_BYTES_MAX);
  let headers: IncomingHttpHeaders = {};
  let trailers: IncomingHttpHeaders = {};
  let error: Error | undefined;
  let isTooLarge = false;
  stream.on("response", (head) => {
    headers = head;
  });
  stream.on("trailers", (tail: IncomingHttpHeaders) => {
    trailers = tail;
  });
  stream.on("error", (cause: Error) => {
    error = cause;
  });
  stream.on("data", (piece: Uint8Array) => {
    if (isTooLarge || reader.push(piece)) return;
    isTooLarge = true;
    stream.close(constants.NGHTTP2_CANCEL);
  });
  return new Promise((resolve) => {
    stream.once("close", () => {
      if (isTooLarge) return resolve(fail(tooLarge));
      const resetCode = stream.rstCode ?? constants.NGHTTP2_NO_ERROR;
      const disconnected = session.closed || session.destroyed;
      const failure = failureOf({ headers, trailers, resetCode, error, disconnected });
      if (failure) return resolve(fail(failure));
      const message = reader.message();
      resolve(message.ok ? message : fail({ grpcCode: "Internal", message: message.error }));
    });
  });
}

function decoded<Request, Response>(
  method: UnaryMethod<Request, Response>,
  message: Buffer,
): Result<Response, RuntimeFailure> {
  try {
    return ok(method.responseDeserialize(message));
  } catch (error) {
    return fail({ grpcCode: "Internal", message: `the answer cannot be decoded: ${String(error)}` });
  }
}

const canceled: RuntimeFailure = { grpcCode: "Canceled", message: "context canceled" };
const tooLarge: RuntimeFailure = {
  grpcCode: "ResourceExhausted",
  message: `received message larger than max (${MESSAGE_BYTES_MAX})`,
};
