import type { Result } from "#domain/result.ts";

/** Errors are clauses that follow the name of the file, such as "does not exist". */
export interface Files {
  /** The whole file. */
  read(path: string): Promise<Result<Uint8Array, string>>;
  /** The names in a folder of what is no folder itself; undefined: the path is no folder. */
  list(path: string): Promise<Result<readonly string[] | undefined, string>>;
  /**
   * The files at any depth below a folder, as paths that begin with it, in order; links are left out. undefined: the path is no folder.
   * @param isEntered whether a folder of this name is looked into
   */
  listBelow(path: string, isEntered: (name: string) => boolean): Promise<Result<readonly string[] | undefined, string>>;
  /** Whether `readPieces` would work, asked before anything is begun. */
  checkReadable(path: string): Promise<Result<void, string>>;
  /**
   * The file from its beginning, a piece at a time: a saved stream may be larger than the memory.
   * @throws Error with such a clause as its message
   */
  readPieces(path: string): AsyncIterable<Uint8Array>;
  /**
   * Whether `openText` would work, asked before anything is begun; nothing is touched.
   * @returns the path as the system sees it, so that two ways to name one file are known
   */
  checkWritable(path: string): Promise<Result<string, string>>;
  /** Begins to write a file, and makes the folders on its path. A pipe or a device is written as it is, whatever the way. */
  openText(path: string, way: WayOfWriting): Promise<Result<TextFile, string>>;
  /** What stands at a path where a UNIX socket is wanted; `denied`: this user may not connect to it or look for it. */
  socketState(path: string): Promise<"socket" | "absent" | "denied" | "other">;
}

/**
 * `stream`: the file stands at its path at once and grows, so that a process that is killed leaves what it had to say.
 * `replace`: it is written beside its path and moved there when it is whole, so that nobody reads half of it.
 */
export type WayOfWriting = "stream" | "replace";

export interface TextFile {
  /** Takes text at once and writes it in the background, in order. After a failure it takes no more; `close` tells. */
  write(text: string): void;
  /** Resolves when little waits to be written: whoever makes text faster than a disk takes it waits here. Never rejects. */
  drained(): Promise<void>;
  /** Writes what waits, and closes; only now does a replaced file stand at its path. After a failure nothing is left beside it. */
  close(): Promise<Result<void, string>>;
  /** Closes without an end: a replaced file stays as it was before, a stream keeps what was written. */
  discard(): Promise<void>;
}

/** A folder of this run alone; whoever asks for it removes it. */
export interface TemporaryFolder {
  readonly path: string;
  remove(): Promise<void>;
}

/** Standard input as a whole, until its end; the error is a clause such as "cannot be read (EAGAIN)". It can be read once. */
export type ReadStandardInput = () => Promise<Result<Uint8Array, string>>;
