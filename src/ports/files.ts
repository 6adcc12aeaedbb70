import type { Result } from "#domain/result.ts";

export interface Files {
  /** The whole file; the error is a clause such as "does not exist". */
  read(path: string): Promise<Result<Uint8Array, string>>;
  /** Writes a whole file, and makes the folders on its path; the error is a clause such as "may not be written by this user". */
  write(path: string, text: string): Promise<Result<void, string>>;
  /** What stands at a path where a UNIX socket is wanted; `denied`: this user may not connect to it or look for it. */
  socketState(path: string): Promise<"socket" | "absent" | "denied" | "other">;
}

/** A folder of this run alone; whoever asks for it removes it. */
export interface TemporaryFolder {
  readonly path: string;
  remove(): Promise<void>;
}

/** Standard input as a whole, until its end; the error is a clause such as "cannot be read (EAGAIN)". It can be read once. */
export type ReadStandardInput = () => Promise<Result<Uint8Array, string>>;
