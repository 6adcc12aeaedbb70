/** Network failures in the words of Go's net/http, since these are the words that people see from containerd. */

const dialWords: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connect: connection refused",
  EHOSTUNREACH: "connect: no route to host",
  ENETUNREACH: "connect: network is unreachable",
  ETIMEDOUT: "i/o timeout",
};

const lookupWords: Readonly<Record<string, string>> = {
  EAI_AGAIN: "server misbehaving",
  ENOTFOUND: "no such host",
};

const certificateWords: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "certificate has expired or is not yet valid",
  CERT_NOT_YET_VALID: "certificate has expired or is not yet valid",
  DEPTH_ZERO_SELF_SIGNED_CERT: "certificate signed by unknown authority",
  ERR_TLS_CERT_ALTNAME_INVALID: "certificate is not valid for any names, or for other names than this one",
  SELF_SIGNED_CERT_IN_CHAIN: "certificate signed by unknown authority",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "certificate signed by unknown authority",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "certificate signed by unknown authority",
};

export function goWords(error: unknown, url: URL): string {
  const cause = firstCause(error);
  const code = codeOf(cause);
  const dial = dialWords[code];
  if (dial !== undefined) return `dial tcp ${addressOf(cause, url)}: ${dial}`;
  const lookup = lookupWords[code];
  if (lookup !== undefined) return `dial tcp: lookup ${url.hostname}: ${lookup}`;
  const certificate = certificateWords[code];
  if (certificate !== undefined) return `x509: ${certificate}`;
  if (code === "EPROTO") return "tls: first record does not look like a TLS handshake";
  if (code === "ECONNRESET") return isReset(cause) ? `read tcp ${url.host}: read: connection reset by peer` : "EOF";
  if (code.startsWith("HPE_")) return "net/http: HTTP/1.x transport connection broken: malformed HTTP response";
  return cause instanceof Error ? cause.message : String(cause);
}

/** Without a system call, Node's ECONNRESET means that the peer closed the connection before it answered. */
function isReset(error: unknown): boolean {
  return error instanceof Error && "syscall" in error;
}

/** A host with several addresses fails with one error for each. */
function firstCause(error: unknown): unknown {
  if (!(error instanceof AggregateError)) return error;
  const causes: readonly unknown[] = error.errors;
  return causes[0] ?? error;
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

function addressOf(error: unknown, url: URL): string {
  if (!(error instanceof Error && "address" in error && "port" in error)) return url.host;
  const address = String(error.address);
  return `${address.includes(":") ? `[${address}]` : address}:${String(error.port)}`;
}
