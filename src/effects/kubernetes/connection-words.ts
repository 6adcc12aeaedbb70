/** Why no answer came, from the errors of Node's sockets, TLS and parser, as a clause. */

const words: Readonly<Record<string, string>> = {
  EAI_AGAIN: "its name cannot be resolved to an address at the moment",
  ENOTFOUND: "its name resolves to no address",
  ECONNREFUSED: "connection refused",
  ECONNRESET: "it closed the connection before its answer was complete",
  EPIPE: "it closed the connection before its answer was complete",
  EHOSTUNREACH: "no route to its address",
  ENETUNREACH: "no route to its network",
  EADDRNOTAVAIL: "its address cannot be used",
  ETIMEDOUT: "it does not answer",
  EPROTO: "it does not speak TLS here",
  CERT_HAS_EXPIRED: "its certificate has expired",
  CERT_NOT_YET_VALID: "its certificate is not valid yet",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is of an authority that the kubeconfig does not name",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate is of an authority that the kubeconfig does not name",
  UNABLE_TO_GET_ISSUER_CERT: "its certificate is of an authority that the kubeconfig does not name",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its certificate is of an authority that the kubeconfig does not name",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate is of an authority that the kubeconfig does not name",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for other names",
};

export interface ConnectionProblem {
  /** A clause about the server, `it`. */
  readonly message: string;
  /** A certificate that is not trusted stays so. */
  readonly isLasting: boolean;
}

export function connectionProblem(error: unknown): ConnectionProblem {
  const code = codeOf(error);
  const isTls = code === "EPROTO" || /^ERR_(?:SSL|TLS)_|CERT|^UNABLE_TO/.test(code);
  const known = words[code];
  if (known !== undefined) return { message: known, isLasting: isTls };
  if (isTls) return { message: `no agreement on TLS with it (${code})`, isLasting: true };
  if (code.startsWith("HPE_")) return { message: `it does not answer in HTTP (${code})`, isLasting: true };
  return { message: `it cannot be reached (${code === "" ? wordsOf(error) : code})`, isLasting: false };
}

/** Whether an error comes from a connection, and not from a mistake in here. */
export function isConnectionError(error: unknown): boolean {
  return codeOf(error) !== "";
}

/** Messages of proxies' agents carry no code, and name the proxy's answer. */
function wordsOf(error: unknown): string {
  const message = error instanceof Error ? error.message.replace(/\/\/[^@/\s]*@/g, "//***@") : "";
  return message === "" ? "no reason was given" : message;
}

/** A host with several addresses fails with one error for each. */
function codeOf(error: unknown): string {
  const errors: readonly unknown[] = error instanceof AggregateError ? error.errors : [];
  const first = errors[0] ?? error;
  return first instanceof Error && "code" in first ? String(first.code) : "";
}
