/** Why no answer came, from the errors of Node's sockets and parsers. */
import type { UnreachableCause } from "#ports/registry.ts";

export interface ConnectionFailure {
  readonly cause: UnreachableCause;
  /** A clause that follows the name of a host. */
  readonly reason: string;
}

const words: Readonly<Record<string, ConnectionFailure>> = {
  EAI_AGAIN: network("cannot be resolved to an address at the moment"),
  ENOTFOUND: network("is no name that resolves to an address"),
  ECONNREFUSED: network("refuses connections"),
  ECONNRESET: network("closed the connection before its answer was complete"),
  EPIPE: network("closed the connection before its answer was complete"),
  EHOSTUNREACH: network("cannot be reached: no route to its address"),
  ENETUNREACH: network("cannot be reached: no route to its network"),
  EADDRNOTAVAIL: network("cannot be reached: its address cannot be used"),
  ETIMEDOUT: { cause: "timeout", reason: "does not answer" },
  CERT_HAS_EXPIRED: tls("has a certificate that has expired"),
  CERT_NOT_YET_VALID: tls("has a certificate that is not valid yet"),
  DEPTH_ZERO_SELF_SIGNED_CERT: unknownAuthority(),
  SELF_SIGNED_CERT_IN_CHAIN: unknownAuthority(),
  UNABLE_TO_GET_ISSUER_CERT: unknownAuthority(),
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownAuthority(),
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownAuthority(),
  ERR_TLS_CERT_ALTNAME_INVALID: tls("has a certificate for other names"),
  EPROTO: tls("does not speak TLS here; if it is meant to speak plain HTTP, say so with --plain-http"),
};

export function connectionFailure(error: unknown): ConnectionFailure {
  const code = codeOf(error);
  const known = words[code];
  if (known !== undefined) return known;
  if (/^ERR_(?:SSL|TLS)_|^CERT_|_CERT/.test(code)) return tls(`cannot agree on TLS (${code})`);
  if (code.startsWith("HPE_")) return { cause: "protocol", reason: `does not answer in HTTP (${code})` };
  return network(`cannot be reached (${code === "" ? "no reason was given" : code})`);
}

/** Whether an error comes from a connection, and not from a mistake in here. */
export function isConnectionError(error: unknown): boolean {
  return codeOf(error) !== "";
}

function network(reason: string): ConnectionFailure {
  return { cause: "network", reason };
}

function tls(reason: string): ConnectionFailure {
  return { cause: "tls", reason };
}

function unknownAuthority(): ConnectionFailure {
  return tls("has a certificate of an authority that is not known here");
}

/** A host with several addresses fails with one error for each. */
function codeOf(error: unknown): string {
  const errors: readonly unknown[] = error instanceof AggregateError ? error.errors : [];
  const first = errors[0] ?? error;
  return first instanceof Error && "code" in first ? String(first.code) : "";
}
