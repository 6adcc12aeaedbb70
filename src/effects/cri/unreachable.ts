/**
 * Says why a socket cannot be reached. Node only gives the name of the system error, and that name misleads: a path that is
 * no socket gives "connection refused" too. The words are those of Go's clients (`dial unix PATH: connect: WHY`), since
 * people and the failure rules know them.
 */
import type { Stats } from "node:fs";
import { stat } from "node:fs/promises";
import type { RuntimeFailure } from "#domain/failure/failure-class.ts";

/** As strerror says it. */
const systemWords: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  ECONNREFUSED: "connection refused",
  EINVAL: "invalid argument",
  ELOOP: "too many levels of symbolic links",
  ENOENT: "no such file or directory",
  ENOTDIR: "not a directory",
  ENOTSOCK: "socket operation on non-socket",
  EPERM: "operation not permitted",
  EPROTOTYPE: "protocol wrong type for socket",
};

/**
 * @param failure with Node's words for it
 * @returns the same failure; where no connection came about, with the reason in its message
 */
export async function explainUnreachable(socket: string, failure: RuntimeFailure): Promise<RuntimeFailure> {
  if (failure.grpcCode !== "Unavailable") return failure;
  const code = /\bconnect (E[A-Z]+)\b/.exec(failure.message)?.[1];
  if (code === undefined) return failure;
  const why = code === "ECONNREFUSED" ? await whyRefused(socket) : (systemWords[code] ?? code);
  return unreachable(socket, why);
}

/** To be said without trying: libuv cuts a path that is too long, and would connect to whatever has the shorter one. */
export function pathTooLong(socket: string): RuntimeFailure {
  return unreachable(socket, "file name too long");
}

function unreachable(socket: string, why: string): RuntimeFailure {
  return { grpcCode: "Unavailable", message: `connection error: dial unix ${socket}: connect: ${why}` };
}

async function whyRefused(socket: string): Promise<string> {
  try {
    const kind = kindOf(await stat(socket));
    if (kind !== "socket") return `${systemWords["ENOTSOCK"]} (this is a ${kind})`;
  } catch {
    // It went away in the meantime, so it was nobody's socket.
  }
  return `${systemWords["ECONNREFUSED"]} (no process listens on this socket)`;
}

function kindOf(stats: Stats): string {
  if (stats.isSocket()) return "socket";
  if (stats.isDirectory()) return "directory";
  return stats.isFile() ? "regular file" : "device or pipe";
}
