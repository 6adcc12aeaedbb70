import type { FileHandle } from "node:fs/promises";
import { fileProblem } from "./file-problem.ts";

/** More than this waits only if text comes faster than the disk takes it. In UTF-16 units. */
const WAITING_MAX = 1 << 18;

/** Writes text to an open file, in order and with one request at a time; what comes meanwhile waits and goes as one piece. */
export class TextWriter {
  readonly #handle: FileHandle;
  #waiting = "";
  #running: Promise<void> | undefined;
  #problem: string | undefined;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** Why a part could not be written, as a clause; everything after it was dropped. */
  get problem(): string | undefined {
    return this.#problem;
  }

  write(text: string): void {
    if (this.#problem !== undefined) return;
    this.#waiting += text;
    this.#running ??= this.#run();
  }

  async drained(): Promise<void> {
    if (this.#waiting.length >= WAITING_MAX) await this.#running;
  }

  /** Resolves when nothing waits any more; never rejects. */
  async settled(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async #run(): Promise<void> {
    // What is written in the same turn goes as one piece.
    await Promise.resolve();
    while (this.#waiting !== "" && this.#problem === undefined) {
      const text = this.#waiting;
      this.#waiting = "";
      try {
        await this.#handle.appendFile(text);
      } catch (error) {
        this.#problem = fileProblem(error, "written");
        this.#waiting = "";
      }
    }
    this.#running = undefined;
  }
}
