import stringWidth from "string-width";
import type { TextSink } from "#ports/terminal.ts";

interface Row {
  cells: string[];
  /** The line goes on in the next row, because the window is too narrow. */
  wraps: boolean;
}

const segmenter = new Intl.Segmenter();
const ESC = "\u001b";
const sequence = new RegExp(`^${ESC}\\[(\\??)(\\d*)([A-Za-z])`);

/**
 * A terminal, as far as Larder uses one: lines wrap at the window's width, wrapped lines follow a resize (as in VTE, kitty,
 * iTerm2 or Windows Terminal), the cursor cannot leave the window, erasing is by row. A sequence that it does not know throws.
 */
export class TerminalScreen implements TextSink {
  readonly isTTY = true;
  #columns: number;
  #height: number;
  #rows: Row[] = [{ cells: [], wraps: false }];
  #row = 0;
  #column = 0;

  constructor(columns: number, height: number) {
    this.#columns = columns;
    this.#height = height;
  }

  size(): { columns: number; rows: number } {
    return { columns: this.#columns, rows: this.#height };
  }

  /** Everything that can be seen or scrolled back to, without trailing blanks. */
  text(): string {
    const lines = this.#lines().map((line) => line.join("").trimEnd());
    return lines.join("\n").replace(/\n+$/, "");
  }

  write(text: string): void {
    let rest = text;
    while (rest !== "") {
      const match = sequence.exec(rest);
      if (match) {
        this.#control(match[1] === "?", match[2] ?? "", match[3] ?? "");
        rest = rest.slice(match[0].length);
        continue;
      }
      const end = rest.indexOf(ESC, 1);
      for (const { segment } of segmenter.segment(end === -1 ? rest : rest.slice(0, end))) this.#put(segment);
      rest = end === -1 ? "" : rest.slice(end);
    }
  }

  resize(columns: number, height: number): void {
    const lineIndex = this.#rows.slice(0, this.#row).filter((row) => !row.wraps).length;
    const lines = this.#lines();
    this.#columns = columns;
    this.#height = height;
    this.#rows = [];
    this.#row = 0;
    for (const [index, line] of lines.entries()) {
      this.#rows.push({ cells: [], wraps: false });
      this.#row = this.#rows.length - 1;
      this.#column = 0;
      for (const cell of line) if (cell !== "") this.#put(cell);
      if (index === lineIndex) this.#rows.push({ cells: ["@cursor"], wraps: false });
    }
    this.#row = this.#rows.findIndex((row) => row.cells[0] === "@cursor") - 1;
    this.#rows.splice(this.#row + 1, 1);
    while (this.#rows.length > this.#row + 1 && this.#rows.at(-1)?.cells.length === 0) this.#rows.pop();
    this.#column = Math.min(this.#column, this.#rows[this.#row]?.cells.length ?? 0);
  }

  #lines(): string[][] {
    const lines: string[][] = [];
    let line: string[] = [];
    for (const row of this.#rows) {
      line.push(...row.cells);
      if (row.wraps) continue;
      lines.push(line);
      line = [];
    }
    return lines;
  }

  get #top(): number {
    return Math.max(0, this.#rows.length - this.#height);
  }

  #control(isPrivate: boolean, digits: string, letter: string): void {
    const amount = digits === "" ? 1 : Number(digits);
    if (isPrivate || letter === "m") return;
    if (letter === "A") this.#row = Math.max(this.#top, this.#row - amount);
    else if (letter === "B") this.#row = Math.min(this.#rows.length - 1, this.#row + amount);
    else if (letter === "G") this.#column = amount - 1;
    else if (letter === "K") this.#erase(digits);
    else throw new Error(`unknown sequence ESC [ ${digits} ${letter}`);
  }

  #erase(mode: string): void {
    const row = this.#current();
    row.cells.length = mode === "2" ? 0 : Math.min(row.cells.length, this.#column);
    row.wraps = false;
  }

  #current(): Row {
    const row = this.#rows[this.#row];
    if (!row) throw new Error("the cursor is outside");
    return row;
  }

  #put(character: string): void {
    if (character === "\n") return this.#nextRow(false);
    const width = stringWidth(character);
    if (this.#column + width > this.#columns && this.#column > 0) this.#nextRow(true);
    const { cells } = this.#current();
    while (cells.length < this.#column) cells.push(" ");
    cells.splice(this.#column, width, character, ...Array.from({ length: width - 1 }, () => ""));
    this.#column += width;
  }

  #nextRow(wraps: boolean): void {
    this.#current().wraps = wraps;
    this.#row += 1;
    this.#column = 0;
    if (this.#row === this.#rows.length) this.#rows.push({ cells: [], wraps: false });
  }
}
