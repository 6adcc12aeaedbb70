import type { TextSink } from "#ports/terminal.ts";

/** A sink that keeps what it is told; without a size it is a pipe. */
export class CollectingSink implements TextSink {
  text = "";
  window: { columns: number; rows: number } | undefined;

  constructor(window?: { columns: number; rows: number }) {
    this.window = window;
  }

  get isTTY(): boolean {
    return this.window !== undefined;
  }

  write(text: string): void {
    this.text += text;
  }

  size(): { columns: number; rows: number } | undefined {
    return this.window;
  }
}
