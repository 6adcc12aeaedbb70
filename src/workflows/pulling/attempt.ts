import { describeSource, type Offer } from "#domain/credentials/credential.ts";
import { classify } from "#domain/failure/classify.ts";
import type { RuntimeFailure } from "#domain/failure/failure-class.ts";
import type { PullFailure } from "#domain/failure/retry.ts";
import { type ImageReference, imageForRuntime } from "#domain/image/reference.ts";
import { fail, ok, type Result } from "#domain/result.ts";
import type { EventBody } from "#domain/run/event.ts";
import type { Clock } from "#ports/clock.ts";
import type { CriRuntime } from "#ports/cri.ts";

export interface Attempt {
  readonly runtime: CriRuntime;
  readonly reference: ImageReference;
  /** undefined: the request carries no auth at all. */
  readonly offer: Offer | undefined;
  /** Counts from 1 per image. */
  readonly number: number;
  readonly timeoutMs: number;
}

export interface AttemptPorts {
  readonly clock: Clock;
  readonly emit: (event: EventBody) => void;
}

/**
 * One pull with one credential, from its first event to its last.
 * @returns the image's size in bytes (null: the runtime did not say), or the failure; `signal` cancels the pull
 */
export async function attemptPull(
  attempt: Attempt,
  ports: AttemptPorts,
  signal: AbortSignal,
): Promise<Result<number | null, PullFailure>> {
  const { clock, emit } = ports;
  const { runtime, reference, offer, timeoutMs } = attempt;
  const about = {
    image: reference.written,
    attempt: attempt.number,
    credential: offer ? describeSource(offer.source) : null,
  };
  emit({ kind: "pull-started", ...about, timeoutMs });
  const startedAt = clock.monotonic();
  const deadline = clock.deadline(timeoutMs, signal);
  const pulled = await runtime.pullImage(imageForRuntime(reference), offer?.credential, deadline.signal);
  deadline.dispose();
  const durationMs = Math.round(clock.monotonic() - startedAt);
  if (pulled.ok) {
    const sizeBytes = await sizeOf(runtime, imageForRuntime(reference), signal);
    emit({ kind: "pull-succeeded", ...about, durationMs, sizeBytes, imageRef: pulled.value });
    return ok(sizeBytes);
  }
  const failure = describeFailure(attempt, pulled.error, deadline.expired());
  const { class: failureClass, permanent, message } = failure;
  emit({ kind: "pull-failed", ...about, durationMs, class: failureClass, permanent, message });
  return fail(failure);
}

function describeFailure(attempt: Attempt, failure: RuntimeFailure, timedOut: boolean): PullFailure {
  const said = timedOut ? timeoutFailure(attempt.timeoutMs) : failure;
  return { ...classify(said), message: said.message };
}

/** The runtime only learns that the call was cancelled; why is known here. */
function timeoutFailure(timeoutMs: number): RuntimeFailure {
  const seconds = Math.round(timeoutMs / 100) / 10;
  return {
    grpcCode: "DeadlineExceeded",
    message: `context deadline exceeded: the runtime did not finish the pull within ${seconds} s`,
  };
}

async function sizeOf(runtime: CriRuntime, image: string, signal: AbortSignal): Promise<number | null> {
  const status = await runtime.imageStatus(image, signal);
  return status.ok && status.value ? status.value.sizeBytes : null;
}
