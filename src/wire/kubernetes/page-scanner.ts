/**
 * Finds the items of a list in its bytes as they come, so that each can be read and let go by itself: a page of 500 pods that is parsed as a
 * whole is 60 MiB of objects. It knows nothing of JSON but strings and brackets; whoever parses what it gives finds the mistakes.
 */
export class PageScanner {
  #depth = 0;
  #isInString = false;
  #isEscaped = false;
  /** Between the brackets of the list's own `items`. */
  #isInItems = false;
  #isInItem = false;
  /** Of the item that is not complete yet. */
  #pieces: Buffer[] = [];
  #rest = "";

  /** @returns the JSON of the items that end in this piece */
  take(chunk: Buffer): readonly string[] {
    const items: string[] = [];
    let from = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at];
      if (this.#isInString) this.#passText(byte);
      else if (byte === QUOTE) this.#isInString = true;
      else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
        if (this.#beginsItem(byte)) from = this.#leave(chunk, from, at);
        else if (this.#beginsItems(byte, chunk, from, at)) this.#isInItems = true;
        this.#depth += 1;
      } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
        this.#depth -= 1;
        if (this.#isInItem && this.#depth === ITEM_DEPTH) {
          items.push(this.#endItem(chunk.subarray(from, at + 1)));
          from = at + 1;
        } else if (this.#depth < ITEM_DEPTH) this.#isInItems = false;
      } else if (byte === COMMA && this.#isInItems && this.#depth === ITEM_DEPTH) {
        from = this.#leave(chunk, from, at) + 1;
      }
    }
    if (this.#isInItem) this.#pieces.push(chunk.subarray(from));
    else this.#rest += chunk.toString("latin1", from);
    return items;
  }

  /** All but the items, which is a list without any. Of characters outside of ASCII, which no field of it needs, each byte is one. */
  get rest(): string {
    return this.#rest;
  }

  #passText(byte: number | undefined): void {
    if (this.#isEscaped) this.#isEscaped = false;
    else if (byte === BACKSLASH) this.#isEscaped = true;
    else if (byte === QUOTE) this.#isInString = false;
  }

  #beginsItem(byte: number): boolean {
    if (byte !== OPEN_OBJECT || !this.#isInItems || this.#depth !== ITEM_DEPTH) return false;
    this.#isInItem = true;
    return true;
  }

  #beginsItems(byte: number, chunk: Buffer, from: number, at: number): boolean {
    if (byte !== OPEN_LIST || this.#depth !== ITEM_DEPTH - 1) return false;
    const before =
      this.#rest.slice(-KEY_LENGTH_MAX) + chunk.toString("latin1", Math.max(from, at - KEY_LENGTH_MAX), at);
    return /"items"\s*:\s*$/.test(before);
  }

  /** What stands before it is no part of an item. */
  #leave(chunk: Buffer, from: number, at: number): number {
    this.#rest += chunk.toString("latin1", from, at);
    return at;
  }

  #endItem(last: Buffer): string {
    const text = Buffer.concat([...this.#pieces, last]).toString("utf8");
    this.#pieces = [];
    this.#isInItem = false;
    return text;
  }
}

/** Of what is directly in `items`: the list and its field are around it. */
const ITEM_DEPTH = 2;
/** With blanks, if somebody writes any. */
const KEY_LENGTH_MAX = 64;
const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
