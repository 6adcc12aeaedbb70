import type { ApiFailure, ApiFailureKind } from "#domain/cluster/api-failure.ts";
import { fail } from "#domain/result.ts";
import { decodeRefusal, type RefusedAnswer } from "#wire/kubernetes/status.ts";

/** Why one request failed, and what follows from it for the next one. */
export interface Failed {
  readonly kind: ApiFailureKind;
  /** A clause without a full stop. */
  readonly message: string;
  /** `done-nothing`: the server has not begun with it, so that even what must not be done twice can be asked again. */
  readonly again: "may-help" | "done-nothing" | "useless";
  /** How long the server wants to be left alone. */
  readonly retryAfterMs?: number;
  /** The version or page that was asked for is known no more. */
  readonly isExpired?: boolean;
}

export function failedBy(answer: RefusedAnswer): Failed {
  const { kind, message, retryAfterMs, isExpired } = decodeRefusal(answer);
  const words = kind === "unauthorized" ? `the server does not accept the credentials (${message})` : message;
  return {
    kind,
    message: words,
    again: againAfter(kind, answer.httpStatus),
    isExpired,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}

export function failedToReach(message: string, again: Failed["again"]): Failed {
  return { kind: "unreachable", message, again };
}

export const stopped: Failed = { kind: "aborted", message: "it was interrupted", again: "useless" };

export function timedOut(ms: number): Failed {
  return { kind: "timeout", message: `the server did not answer within ${ms / 1_000} s`, again: "useless" };
}

export function notAnApi(message: string): Failed {
  return { kind: "server", message, again: "useless" };
}

export function apiFailure(
  action: string,
  { kind, message }: Failed,
): { readonly ok: false; readonly error: ApiFailure } {
  return fail({ kind, action, message });
}

/** Of 5xx, 501 stays what it is; 429 is said before anything is begun (API priority and fairness). */
function againAfter(kind: ApiFailureKind, httpStatus: number): Failed["again"] {
  if (kind === "throttled") return "done-nothing";
  const isPassing = httpStatus >= 500 && httpStatus !== 501;
  return isPassing ? "may-help" : "useless";
}
