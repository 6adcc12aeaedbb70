import { fail, ok, type Result } from "#domain/result.ts";
import type { ContainerName } from "#ports/kubernetes.ts";
import { pathOfObject, withQuery } from "#wire/kubernetes/paths.ts";
import { type Asking, askStream, bodyFailure } from "./ask.ts";
import { isConnectionError } from "./connection-words.ts";
import type { Failed } from "./failed.ts";
import { untilSilent } from "./silence.ts";

/** The kubelet reads a file; one that brings nothing for so long is cut off. */
const SILENCE_MS = 30_000;

/** One try; after the first piece a failure says that asking again would bring pieces twice. */
export async function readLogOnce(
  { namespace, pod, container }: ContainerName,
  take: (piece: Uint8Array) => void,
  asking: Asking,
  signal: AbortSignal,
): Promise<Result<void, Failed>> {
  const path = withQuery(`${pathOfObject({ resource: "pods", namespace, name: pod })}/log`, { container });
  const action = logAction({ namespace, pod, container });
  const opened = await askStream({ method: "GET", path, action, accept: "*/*" }, asking, signal);
  if (!opened.ok) return opened;
  let hasBegun = false;
  const pieces = untilSilent(opened.value, SILENCE_MS, asking.clock);
  try {
    for await (const piece of pieces) {
      hasBegun = true;
      if (piece instanceof Uint8Array) take(piece);
    }
    return ok(undefined);
  } catch (error) {
    if (!isConnectionError(error) && !signal.aborted) throw error;
    const failed = bodyFailure(error, signal);
    return fail(hasBegun ? { ...failed, again: "useless" } : failed);
  }
}

export function logAction({ namespace, pod, container }: ContainerName): string {
  return `read the log of container ${container} of pod ${namespace}/${pod}`;
}
