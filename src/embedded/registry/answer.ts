/** Answers as data: what a handler decides, before anything is written to a socket. */

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

const NOTHING: Uint8Array = new Uint8Array();
const JSON_TYPE = "application/json; charset=utf-8";

export function answer(status: number, headers: Readonly<Record<string, string>> = {}, body = NOTHING): Answer {
  // RFC 9110, section 8.6: none in 204; in 304 it would be that of the body that is not sent.
  const length = status === 204 || status === 304 ? {} : { "Content-Length": String(body.length) };
  return { status, headers: { "Docker-Distribution-Api-Version": "registry/2.0", ...length, ...headers }, body };
}

export function answerJson(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return answer(status, { "Content-Type": JSON_TYPE, ...headers }, Buffer.from(`${JSON.stringify(value)}\n`));
}

/** Error codes with their status and words, as docker-registry 2.8 answers them (OCI distribution-spec 1.1, "Error Codes"). */
const errors = {
  BLOB_UNKNOWN: [404, "blob unknown to registry"],
  BLOB_UPLOAD_INVALID: [404, "blob upload invalid"],
  BLOB_UPLOAD_UNKNOWN: [404, "blob upload unknown to registry"],
  DENIED: [403, "requested access to the resource is denied"],
  DIGEST_INVALID: [400, "provided digest did not match uploaded content"],
  MANIFEST_BLOB_UNKNOWN: [400, "blob unknown to registry"],
  MANIFEST_INVALID: [400, "manifest invalid"],
  MANIFEST_UNKNOWN: [404, "manifest unknown"],
  NAME_INVALID: [404, "invalid repository name"],
  NAME_UNKNOWN: [404, "repository name not known to registry"],
  RANGE_INVALID: [416, "invalid content range"],
  TOOMANYREQUESTS: [429, "too many requests"],
  UNAUTHORIZED: [401, "authentication required"],
  UNAVAILABLE: [503, "service unavailable"],
  UNKNOWN: [500, "unknown error"],
  UNSUPPORTED: [405, "The operation is unsupported."],
} as const satisfies Record<string, readonly [number, string]>;

export type ErrorCode = keyof typeof errors;

export interface Refusal {
  /** Instead of the usual one. */
  readonly status?: number;
  readonly message?: string;
  readonly detail?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An error in the registry's own format: `{"errors":[{"code":…,"message":…,"detail":…}]}`. */
export function refuse(code: ErrorCode, refusal: Refusal = {}): Answer {
  return refuseAll(code, [refusal.detail], refusal);
}

/** The same error for each of these details. */
export function refuseAll(code: ErrorCode, details: readonly unknown[], refusal: Omit<Refusal, "detail"> = {}): Answer {
  const [usualStatus, usualMessage] = errors[code];
  const { status = usualStatus, message = usualMessage, headers = {} } = refusal;
  const list = details.map((detail) => ({ code, message, ...(detail !== undefined && { detail }) }));
  return answerJson(status, { errors: list }, headers);
}
