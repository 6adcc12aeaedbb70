import type { Result } from "#domain/result.ts";

export interface Files {
  /** The whole file; the error is a clause such as "does not exist". */
  read(path: string): Promise<Result<Uint8Array, string>>;
  isSocket(path: string): Promise<boolean>;
}
