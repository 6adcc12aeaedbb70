/**
 * Says why a socket cannot be reached. grpc-js only passes on the name of the system error, and that name misleads: a path
 * that is no socket gives "connection refused" too. The words are those of Go's clients (`dial unix PATH: connect: WHY`),
 * since people know and search for them.
 */
import type { Stats } from "node:fs";
import { stat } from "node:fs/promises";
import type { RuntimeFailure } from "#domain/failure/failure-class.ts";

const goWordsOf: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  ECONNREFUSED: "connection refused",
  ELOOP: "too many levels of symbolic links",
  ENAMETOOLONG: "file name too long",
  ENOENT: "no such file or directory",
  ENOTDIR: "not a directory",
  EPERM: "operation not permitted",
};

/**
 * @param failure as grpc-js words it
 * @returns the same failure; where no connection came about, with the reason in its message
 */
export async function explainUnreachable(socket: string, failure: RuntimeFailure): Promise<RuntimeFailure> {
  if (failure.grpcCode !== "Unavailable") return failure;
  const code = /\bconnect (E[A-Z]+)\b/.exec(failure.message)?.[1];
  if (code === undefined) return failure;
  const words = goWordsOf[code] ?? code;
  return {
    grpcCode: failure.grpcCode,
    message: `connection error: dial unix ${socket}: connect: ${words}${await whatIsThere(socket, code)}`,
  };
}

async function whatIsThere(socket: string, code: string): Promise<string> {
  if (code !== "ECONNREFUSED") return "";
  try {
    const kind = kindOf(await stat(socket));
    return kind === "socket" ? " (no process listens on this socket)" : ` (this is a ${kind}, not a socket)`;
  } catch {
    return "";
  }
}

function kindOf(stats: Stats): string {
  if (stats.isSocket()) return "socket";
  if (stats.isDirectory()) return "directory";
  return stats.isFile() ? "regular file" : "device or pipe";
}
