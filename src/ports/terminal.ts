/** Where text for people and machines goes. */
export interface Terminal {
  readonly stdout: TextSink;
  readonly stderr: TextSink;
}

export interface TextSink {
  write(text: string): void;
  readonly isTTY: boolean;
  /** Window size in characters, asked anew each time since windows are resized; undefined: not a terminal. */
  size(): { readonly columns: number; readonly rows: number } | undefined;
}
