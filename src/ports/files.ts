import type { Result } from "#domain/result.ts";

export interface Files {
  /** The whole file; the error is a clause such as "does not exist". */
  read(path: string): Promise<Result<Uint8Array, string>>;
  /** What stands at a path where a UNIX socket is wanted; `denied`: this user may not connect to it or look for it. */
  socketState(path: string): Promise<"socket" | "absent" | "denied" | "other">;
}
