/**
 * What the API says when it does not do what was asked: a `Status` object (k8s.io/apimachinery, pkg/apis/meta/v1: Status), or whatever
 * a proxy before it answers.
 */
import type { ApiFailureKind } from "#domain/cluster/api-failure.ts";
import { isRecord } from "./object.ts";

export interface RefusedAnswer {
  readonly httpStatus: number;
  /** The header `Content-Type`. */
  readonly contentType: string | undefined;
  /** The header `Retry-After`. */
  readonly retryAfter: string | undefined;
  readonly body: string;
}

export interface Refusal {
  readonly kind: ApiFailureKind;
  /** A clause without a full stop. */
  readonly message: string;
  /** How long the server wants to be left alone. */
  readonly retryAfterMs: number | undefined;
  /** The version or page that was asked for is known no more (410): it must be listed anew. */
  readonly isExpired: boolean;
}

const MESSAGE_LENGTH_MAX = 4_000;

export function decodeRefusal(answer: RefusedAnswer): Refusal {
  const status = parseStatus(answer.body);
  if (status !== undefined) return refusalOfStatus(status, answer.httpStatus, answer.retryAfter);
  return {
    kind: kindOfCode(answer.httpStatus),
    message: messageWithoutStatus(answer),
    retryAfterMs: retryAfterMsOf(answer.retryAfter),
    isExpired: answer.httpStatus === 410,
  };
}

/** @param value a Status object, as it also comes as an event `ERROR` of a watch */
export function refusalOfStatus(
  value: Readonly<Record<string, unknown>>,
  httpStatus?: number,
  retryAfter?: string,
): Refusal {
  const code = typeof value["code"] === "number" ? value["code"] : (httpStatus ?? 500);
  const reason = typeof value["reason"] === "string" ? value["reason"] : "";
  const details = isRecord(value["details"]) ? value["details"] : {};
  const text = typeof value["message"] === "string" ? value["message"] : "";
  const seconds = details["retryAfterSeconds"];
  const kind = kindOf(code, reason, text, details);
  return {
    kind,
    message: asClause(text === "" ? reason || `HTTP status ${code}` : text),
    retryAfterMs: typeof seconds === "number" && seconds > 0 ? seconds * 1_000 : retryAfterMsOf(retryAfter),
    isExpired: code === 410 || reason === "Expired" || reason === "Gone",
  };
}

/**
 * 403 is the answer of three: rights (apiserver, endpoints/handlers/responsewriters/errors.go: "User … cannot VERB …"), admission
 * (PodSecurity, quotas, webhooks), and a namespace that is being deleted.
 */
function kindOf(code: number, reason: string, message: string, details: Readonly<Record<string, unknown>>) {
  if (reason === "AlreadyExists") return "already-exists";
  if (code !== 403) return kindOfCode(code);
  if (hasCause(details, "NamespaceTerminating")) return "conflict";
  const isAdmission = /admission webhook|is forbidden: (?!User )/.test(message);
  return isAdmission ? "invalid" : "forbidden";
}

function kindOfCode(code: number): ApiFailureKind {
  if (code === 401) return "unauthorized";
  if (code === 403) return "forbidden";
  if (code === 404) return "not-found";
  if (code === 409) return "conflict";
  if (code === 429) return "throttled";
  if (code === 408 || code === 504) return "timeout";
  if (code >= 400 && code < 500 && code !== 410) return "invalid";
  return "server";
}

function hasCause(details: Readonly<Record<string, unknown>>, reason: string): boolean {
  const { causes } = details;
  return Array.isArray(causes) && causes.some((cause: unknown) => isRecord(cause) && cause["reason"] === reason);
}

function parseStatus(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return isRecord(value) && value["kind"] === "Status" ? value : undefined;
  } catch {
    return undefined;
  }
}

/** What is no Status does not come from an API server, or from one that is only starting; a page for browsers is not repeated. */
function messageWithoutStatus({ httpStatus, contentType = "", body }: RefusedAnswer): string {
  const [line = ""] = body.trim().split("\n", 1);
  if (!contentType.startsWith("text/plain") || line === "") return `the server answered with HTTP status ${httpStatus}`;
  return `the server answered with HTTP status ${httpStatus}: ${asClause(line)}`;
}

function asClause(text: string): string {
  const line = text.replace(/\s*\n\s*/g, " ").trim();
  const short = line.length > MESSAGE_LENGTH_MAX ? `${line.slice(0, MESSAGE_LENGTH_MAX)}…` : line;
  return short.replace(/\.$/, "");
}

/** The API server gives seconds; a date, which HTTP also allows, is left aside. */
function retryAfterMsOf(header: string | undefined): number | undefined {
  if (header === undefined || !/^\d{1,6}$/.test(header.trim())) return undefined;
  return Number(header) * 1_000;
}
