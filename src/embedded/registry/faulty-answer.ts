/** What a fault makes of an answer. */
import { type Answer, answer, type ErrorCode, refuse } from "./answer.ts";
import type { AnswerFault, BodyFault } from "./fault.ts";
import type { RoutePart } from "./route.ts";

export interface FaultyPlace {
  readonly part: RoutePart;
  /** The request's own URL, for redirects that lead nowhere else. */
  readonly url: string;
  /** The challenge that the registry would send. */
  readonly challenge: string;
}

/** How an answer goes over the wire. */
export interface Delivery {
  readonly answer: Answer;
  readonly bytesPerSecond?: number;
  /** Stops for `forMs` (for ever, if undefined) behind that many bytes of the body. */
  readonly hang?: { readonly afterBytes: number; readonly forMs?: number };
  readonly resetAfterBytes?: number;
  /** The connection cannot be used again, since its Content-Length lies. */
  readonly closes?: boolean;
}

const PAGE = Buffer.from(
  "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>Please sign in.</body></html>\n",
);
const BROKEN_CHALLENGE = 'Bearer service="registry,scope=';

/** The answer that takes the place of the right one. */
export function replacement(fault: Exclude<AnswerFault, { kind: "stall" }>, place: FaultyPlace): Answer {
  switch (fault.kind) {
    case "status": {
      const headers = {
        ...(fault.status === 401 && { "WWW-Authenticate": place.challenge }),
        ...(fault.retryAfterSeconds !== undefined && { "Retry-After": String(fault.retryAfterSeconds) }),
      };
      const message = fault.message === undefined ? {} : { message: fault.message };
      return refuse(codeOf(fault.status, place.part), { status: fault.status, headers, ...message });
    }
    case "html":
      // Not from `answer`: the page's sender is no registry, and its headers do not say so.
      return {
        status: fault.status ?? 200,
        headers: { "Content-Type": "text/html; charset=utf-8", "Content-Length": String(PAGE.length) },
        body: PAGE,
      };
    case "redirect-loop":
      return answer(307, { Location: place.url });
    case "redirect":
      return answer(307, { Location: fault.location });
    case "broken-challenge":
      return refuse("UNAUTHORIZED", { headers: { "WWW-Authenticate": fault.challenge ?? BROKEN_CHALLENGE } });
  }
}

/** The right answer, spoiled. */
export function spoiled(fault: BodyFault, right: Answer): Delivery {
  const half = Math.floor(right.body.length / 2);
  switch (fault.kind) {
    case "slow":
      return { answer: right, bytesPerSecond: fault.bytesPerSecond };
    case "hang": {
      const forMs = fault.forMs === undefined ? {} : { forMs: fault.forMs };
      return { answer: right, hang: { afterBytes: fault.afterBytes ?? 0, ...forMs } };
    }
    case "corrupt":
      return { answer: { ...right, body: withWrongByte(right.body, half) } };
    case "truncate":
      return { answer: withBody(right, right.body.subarray(0, fault.keepBytes ?? half)) };
    case "wrong-length":
      return { answer: withLength(right, Math.max(0, right.body.length + fault.offBy)), closes: true };
    case "reset":
      return { answer: right, resetAfterBytes: fault.afterBytes ?? half };
  }
}

function codeOf(status: number, part: RoutePart): ErrorCode {
  switch (status) {
    case 401:
      return "UNAUTHORIZED";
    case 403:
      return "DENIED";
    case 404:
      return part === "blob" ? "BLOB_UNKNOWN" : "MANIFEST_UNKNOWN";
    case 429:
      return "TOOMANYREQUESTS";
    case 503:
      return "UNAVAILABLE";
    default:
      return "UNKNOWN";
  }
}

function withWrongByte(body: Uint8Array, position: number): Uint8Array {
  const wrong = Uint8Array.from(body);
  wrong[position] = (wrong[position] ?? 0) ^ 0xff;
  return wrong;
}

function withBody(right: Answer, body: Uint8Array): Answer {
  return withLength({ ...right, body }, body.length);
}

function withLength(right: Answer, length: number): Answer {
  return { ...right, headers: { ...right.headers, "Content-Length": String(length) } };
}
