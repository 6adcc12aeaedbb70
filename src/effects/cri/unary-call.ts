import { setMaxListeners } from "node:events";
import type { Client, MethodDefinition, ServiceError } from "@grpc/grpc-js";
import type { RuntimeFailure } from "#domain/failure/failure-class.ts";
import { fail, ok, type Result } from "#domain/result.ts";
import { statusName } from "#wire/cri/status.ts";

/**
 * Makes one call. When one of the signals aborts, the runtime is told (it then stops the pull, too), and the answer is
 * `Canceled` at once, whatever the runtime does.
 */
export function callUnary<Request, Response>(
  client: Client,
  method: MethodDefinition<Request, Response>,
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
    const onAnswer = (error: ServiceError | null, response?: Response): void => {
      if (error) return settle(fail({ grpcCode: statusName(error.code), message: error.details }));
      if (response === undefined) return settle(fail(emptyAnswer));
      settle(ok(response));
    };
    const { path, requestSerialize, responseDeserialize } = method;
    const call = client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, onAnswer);
    const onAbort = (): void => {
      call.cancel();
      settle(fail(canceled));
    };
    for (const signal of signals) signal.addEventListener("abort", onAbort, { once: true });
  });
}

const canceled: RuntimeFailure = { grpcCode: "Canceled", message: "context canceled" };
const emptyAnswer: RuntimeFailure = { grpcCode: "Internal", message: "the runtime ended the call without an answer" };
