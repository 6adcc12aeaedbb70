import { Writable } from "node:stream";
import { createLogUpdate } from "log-update";
import type { TextSink } from "#ports/terminal.ts";
import { rowsOf } from "./fit.ts";

interface Size {
  readonly columns: number;
  readonly rows: number;
}

const ERASE_ROW_ABOVE = "\u001b[1A\u001b[2K";

/**
 * The lines at the bottom of a terminal that are drawn over, by `log-update`, and the lasting ones above them.
 *
 * `log-update` ends what it draws with a line end, so a frame must have one row less than the window, or each drawing
 * scrolls. And a window that gets narrower makes the terminal wrap the lines that it shows, so that the old frame has
 * more rows than were drawn: they are counted and erased. A terminal that does not wrap again (xterm) loses as many
 * lines above. `log-update` also patches only what differs, and loses lines where one is put in before others that stay (7.2.0,
 * buildPatch counts the lines at the end that are alike, although they move): so a frame of another height is drawn anew.
 */
export class Screen {
  readonly #sink: Pick<TextSink, "write">;
  readonly #stream: SinkStream;
  readonly #log: ReturnType<typeof createLogUpdate>;
  #drawn: readonly string[] = [];
  #columns = 0;

  constructor(sink: Pick<TextSink, "write">) {
    this.#sink = sink;
    this.#stream = new SinkStream(sink);
    this.#log = createLogUpdate(this.#stream, { showCursor: true });
  }

  /** Writes lasting lines above the frame, and draws the frame below them; an empty one leaves nothing. */
  show(size: Size, lasting: readonly string[], frame: readonly string[]): void {
    this.#stream.columns = size.columns;
    this.#stream.rows = size.rows;
    const isWrapped = size.columns < this.#columns;
    const hasOtherHeight = frame.length !== this.#drawn.length;
    if (isWrapped || hasOtherHeight || lasting.length > 0) this.#erase(size.columns);
    if (lasting.length > 0) this.#sink.write(`${lasting.join("\n")}\n`);
    if (frame.length > 0) this.#log(frame.join("\n"));
    this.#drawn = frame;
    this.#columns = size.columns;
  }

  #erase(columns: number): void {
    this.#log.clear();
    const extra = this.#drawn.reduce((total, line) => total + rowsOf(line, columns) - 1, 0);
    if (extra > 0) this.#sink.write(ERASE_ROW_ABOVE.repeat(extra));
    this.#drawn = [];
  }
}

/** What `log-update` asks of a terminal, on top of a sink; it writes at once and keeps nothing back. */
class SinkStream extends Writable {
  readonly isTTY = true;
  columns = 80;
  rows = 24;
  readonly #sink: Pick<TextSink, "write">;

  constructor(sink: Pick<TextSink, "write">) {
    super({ decodeStrings: false });
    this.#sink = sink;
  }

  override _write(text: string, _encoding: BufferEncoding, done: () => void): void {
    this.#sink.write(text);
    done();
  }
}
