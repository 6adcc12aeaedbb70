/** Why the Kubernetes API did not do what was asked. */
export type ApiFailureKind =
  /** No connection, or a certificate that is not trusted; also after waiting for it to come back. */
  | "unreachable"
  /** The credentials of the kubeconfig are not accepted. */
  | "unauthorized"
  /** A right is missing; the message names the verb and the resource. */
  | "forbidden"
  /** The object or its namespace is not there, or the server does not serve the resource. */
  | "not-found"
  | "already-exists"
  /** Somebody else changed the object, or owns a field. */
  | "conflict"
  /** The server does not accept the object: a field is wrong, or an admission policy refuses it. */
  | "invalid"
  | "throttled"
  /** No answer in time. */
  | "timeout"
  /** The server answers, but what was waited for did not come about in time. */
  | "deadline"
  /** Whoever asked no longer waits. */
  | "aborted"
  /** The server says that something is wrong with itself. */
  | "server";

export interface ApiFailure {
  readonly kind: ApiFailureKind;
  /** What was asked: `apply DaemonSet larder/qa-open-1`. */
  readonly action: string;
  /** The server's own words, or those of the connection; a clause without a full stop. */
  readonly message: string;
}

export function formatApiFailure({ action, message }: ApiFailure): string {
  return `cannot ${action}: ${message}`;
}
