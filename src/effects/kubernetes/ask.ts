/** One question to the API server: who asks, the request, and what its answer means. Nothing is repeated here but for a token that has run out. */
import type { IncomingMessage } from "node:http";
import { fail, ok, type Result } from "#domain/result.ts";
import type { Clock } from "#ports/clock.ts";
import { PageScanner } from "#wire/kubernetes/page-scanner.ts";
import { parseWarnings } from "#wire/kubernetes/warning-header.ts";
import { connectionProblem } from "./connection-words.ts";
import { type Failed, failedBy, failedToReach, notAnApi, stopped, timedOut } from "./failed.ts";
import type { Identities } from "./identity.ts";
import type { HttpRequest, Transport } from "./transport.ts";

export interface Question {
  readonly method: HttpRequest["method"];
  readonly path: string;
  /** What is asked, for people: `list nodes`. */
  readonly action: string;
  readonly accept?: string;
  readonly body?: { readonly type: string; readonly value: unknown };
  /** Where doing it twice is something else than doing it once. @default false */
  readonly isOnce?: boolean;
}

export interface Asking {
  readonly transport: Transport;
  readonly identities: Identities;
  readonly clock: Clock;
  readonly userAgent: string;
  /** For one request with its answer. */
  readonly requestMs: number;
  readonly onWarning: (text: string) => void;
}

/** Of an answer; a page of 500 large pods has some ten million. */
const BODY_BYTES_MAX = 256 * 1024 * 1024;
const REFUSAL_BYTES_MAX = 1024 * 1024;

/** @returns the answer as JSON */
export function askJson(question: Question, asking: Asking, signal: AbortSignal): Promise<Result<unknown, Failed>> {
  return askWhole(question, asking, signal, async (answer) => {
    const body = await readText(answer, BODY_BYTES_MAX);
    return body.ok ? parseJson(body.value, answer.headers["content-type"]) : body;
  });
}

/** Takes the items of a list as soon as each has come. */
export interface ItemTaker {
  /** The list comes, at first or once more: items that were taken before count no more. */
  begin(): void;
  item(value: unknown): void;
}

/** Asks for a list, or a page of one. @returns the list without its items, unless there are some that are no objects */
export function askList(
  question: Question,
  taker: ItemTaker,
  asking: Asking,
  signal: AbortSignal,
): Promise<Result<unknown, Failed>> {
  return askWhole(question, asking, signal, async (answer) => {
    const type = answer.headers["content-type"];
    const scanner = new PageScanner();
    taker.begin();
    let broken: Result<unknown, Failed> | undefined;
    const read = await readPieces(answer, BODY_BYTES_MAX, (piece) => {
      for (const text of scanner.take(piece)) {
        const item = parseJson(text, type);
        if (item.ok) taker.item(item.value);
        else broken ??= item;
      }
    });
    return read.ok ? (broken ?? parseJson(scanner.rest, type)) : read;
  });
}

async function askWhole<T>(
  question: Question,
  asking: Asking,
  signal: AbortSignal,
  read: (answer: IncomingMessage) => Promise<Result<T, Failed>>,
): Promise<Result<T, Failed>> {
  // A login in a browser may take longer than a request.
  const identity = await asking.identities.current(signal);
  if (!identity.ok) return identity;
  const deadline = asking.clock.deadline(asking.requestMs, signal);
  try {
    const answer = await ask(question, asking, deadline.signal);
    const body = answer.ok ? await read(answer.value) : answer;
    if (body.ok) return body;
    if (signal.aborted) return fail(stopped);
    return deadline.expired() ? fail(timedOut(asking.requestMs)) : body;
  } finally {
    deadline.dispose();
  }
}

/**
 * @param signal also ends the body
 * @returns the answer as a stream, which the caller reads or destroys; its head has come in time
 */
export async function askStream(
  question: Question,
  asking: Asking,
  signal: AbortSignal,
): Promise<Result<IncomingMessage, Failed>> {
  const identity = await asking.identities.current(signal);
  if (!identity.ok) return identity;
  const head = asking.clock.deadline(asking.requestMs);
  const either = new AbortController();
  const abort = (): void => either.abort();
  signal.addEventListener("abort", abort, { once: true });
  head.signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();
  const answer = await ask(question, asking, either.signal);
  const isLate = head.expired();
  head.signal.removeEventListener("abort", abort);
  head.dispose();
  if (answer.ok && !isLate) {
    answer.value.once("close", () => signal.removeEventListener("abort", abort));
    return answer;
  }
  signal.removeEventListener("abort", abort);
  if (answer.ok) answer.value.destroy();
  if (signal.aborted) return fail(stopped);
  return isLate || answer.ok ? fail(timedOut(asking.requestMs)) : answer;
}

/** Why a body ended before its end. */
export function bodyFailure(error: unknown, signal: AbortSignal): Failed {
  if (signal.aborted) return stopped;
  return failedToReach(connectionProblem(error).message, "may-help");
}

async function ask(question: Question, asking: Asking, signal: AbortSignal): Promise<Result<IncomingMessage, Failed>> {
  const first = await askOnce(question, asking, signal);
  // A token that ran out, or was taken back, may have a successor by now.
  if (first.ok || first.error.kind !== "unauthorized" || first.error.again !== "may-help") return first;
  const second = await askOnce(question, asking, signal);
  if (second.ok || second.error.kind !== "unauthorized") return second;
  return fail({ ...second.error, again: "useless" });
}

async function askOnce(
  { method, path, accept = "application/json", body, isOnce = false }: Question,
  { transport, identities, userAgent, onWarning }: Asking,
  signal: AbortSignal,
): Promise<Result<IncomingMessage, Failed>> {
  const identity = await identities.current(signal);
  if (!identity.ok) return identity;
  const headers = {
    Accept: accept,
    "User-Agent": userAgent,
    ...(body !== undefined && { "Content-Type": body.type }),
  };
  const request = {
    method,
    path,
    headers,
    wantsNewConnection: isOnce,
    ...(body !== undefined && { body: JSON.stringify(body.value) }),
  };
  const sent = await transport.send(request, identity.value, signal);
  if (!sent.ok) return sent;
  const answer = sent.value;
  const { warning } = answer.headers;
  for (const text of parseWarnings(Array.isArray(warning) ? warning.join() : warning)) onWarning(text);
  const { statusCode = 0 } = answer;
  if (statusCode >= 200 && statusCode < 300) return ok(answer);
  const failed = await refusalIn(answer, signal);
  if (failed.kind !== "unauthorized") return fail(failed);
  identities.forget(identity.value);
  return fail({ ...failed, again: "may-help" });
}

async function refusalIn(answer: IncomingMessage, signal: AbortSignal): Promise<Failed> {
  const body = await readText(answer, REFUSAL_BYTES_MAX);
  if (!body.ok && signal.aborted) return stopped;
  return failedBy({
    httpStatus: answer.statusCode ?? 0,
    contentType: answer.headers["content-type"],
    retryAfter: answer.headers["retry-after"],
    body: body.ok ? body.value : "",
  });
}

async function readText(answer: IncomingMessage, bytesMax: number): Promise<Result<string, Failed>> {
  const pieces: Buffer[] = [];
  const read = await readPieces(answer, bytesMax, (piece) => pieces.push(piece));
  return read.ok ? ok(Buffer.concat(pieces).toString("utf8")) : read;
}

async function readPieces(
  answer: IncomingMessage,
  bytesMax: number,
  take: (piece: Buffer) => void,
): Promise<Result<void, Failed>> {
  let bytes = 0;
  const pieces = answer[Symbol.asyncIterator]();
  for (;;) {
    let next: IteratorResult<unknown>;
    try {
      next = await pieces.next();
    } catch (error) {
      return fail(failedToReach(connectionProblem(error).message, "may-help"));
    }
    if (next.done) return ok(undefined);
    const piece = next.value;
    if (!Buffer.isBuffer(piece)) continue;
    bytes += piece.length;
    if (bytes > bytesMax) {
      // Nobody reads the rest, so the connection is of no use.
      answer.destroy();
      return fail(notAnApi(`the answer has more than ${bytesMax / 1024 / 1024} MiB`));
    }
    take(piece);
  }
}

function parseJson(text: string, contentType = "no type"): Result<unknown, Failed> {
  try {
    const value: unknown = JSON.parse(text);
    return ok(value);
  } catch {
    return fail(
      notAnApi(`the answer is no JSON but ${contentType}: this is no Kubernetes API, or something before it`),
    );
  }
}
