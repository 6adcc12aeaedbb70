/**
 * Finds the items of a list in its bytes as they come, so that each can be read and let go by itself: a page of 500 pods that is parsed as a
 * whole is 60 MiB of objects. `managedFields`, the API server's own book of who set which field, is four tenths of a pod, and comes out empty. The
 * scanner knows nothing of JSON but strings and brackets; whoever parses what it gives finds the mistakes.
 */
export class PageScanner {
  #depth = 0;
  #isInText = false;
  #isEscaped = false;
  /** Between the brackets of the list's own `items`. */
  #isInItems = false;
  #isInItem = false;
  /** In `managedFields`, of which nothing is kept. */
  #isInBook = false;
  /** Of the item that is not complete yet. */
  #pieces: Buffer[] = [];
  #rest = "";

  /** @returns the JSON of the items that end in this piece */
  take(chunk: Buffer): readonly string[] {
    const items: string[] = [];
    let from = 0;
    let at = this.#isInText ? this.#passText(chunk, 0) : 0;
    for (; at < chunk.length; at++) {
      switch (chunk[at] ?? 0) {
        case QUOTE:
          at = this.#passText(chunk, at + 1) - 1;
          break;
        case OPEN_OBJECT:
          from = this.#openObject(chunk, from, at);
          break;
        case OPEN_LIST:
          this.#openList(chunk, from, at);
          break;
        case CLOSE_OBJECT:
        case CLOSE_LIST:
          from = this.#close(chunk, from, at, items);
          break;
        case COMMA:
          if (this.#isBetweenItems) from = this.#leave(chunk, from, at) + 1;
      }
    }
    if (this.#isInBook) return items;
    if (this.#isInItem) this.#pieces.push(chunk.subarray(from));
    else this.#leave(chunk, from, chunk.length);
    return items;
  }

  /** All but the items, which is a list without any. Of characters outside of ASCII, which no field of it needs, each byte is one. */
  get rest(): string {
    return this.#rest;
  }

  get #isBetweenItems(): boolean {
    return this.#isInItems && this.#depth === ITEM_DEPTH;
  }

  /** @returns where the text that this is in has ended, or the length of the piece */
  #passText(chunk: Buffer, start: number): number {
    let at = this.#isEscaped ? start + 1 : start;
    for (; at < chunk.length; at++) {
      const byte = chunk[at];
      if (byte === BACKSLASH) at += 1;
      else if (byte === QUOTE) break;
    }
    this.#isInText = at >= chunk.length;
    this.#isEscaped = at > chunk.length;
    return Math.min(at + 1, chunk.length);
  }

  #openList(chunk: Buffer, from: number, at: number): void {
    if (this.#isInItem && this.#depth === METADATA_DEPTH) {
      this.#isInBook = chunk.toString("latin1", Math.max(from, at - KEY_LENGTH_MAX), at).endsWith(BOOK_KEY);
      if (this.#isInBook) this.#pieces.push(chunk.subarray(from, at + 1));
    } else if (this.#depth === ITEM_DEPTH - 1) {
      const start = Math.max(from, at - KEY_LENGTH_MAX);
      const before = this.#rest.slice(-KEY_LENGTH_MAX) + chunk.toString("latin1", start, at);
      this.#isInItems = /"items"\s*:\s*$/.test(before);
    }
    this.#depth += 1;
  }

  #openObject(chunk: Buffer, from: number, at: number): number {
    const isItem = this.#isBetweenItems;
    this.#depth += 1;
    if (!isItem) return from;
    this.#isInItem = true;
    return this.#leave(chunk, from, at);
  }

  /** What stands before it is no part of an item. */
  #leave(chunk: Buffer, from: number, at: number): number {
    this.#rest += chunk.toString("latin1", from, at);
    return at;
  }

  #close(chunk: Buffer, from: number, at: number, items: string[]): number {
    this.#depth -= 1;
    if (this.#isInBook) {
      this.#isInBook = this.#depth > METADATA_DEPTH;
      return this.#isInBook ? from : at;
    }
    if (this.#depth < ITEM_DEPTH) this.#isInItems = false;
    if (!this.#isInItem || this.#depth > ITEM_DEPTH) return from;
    items.push(this.#endItem(chunk.subarray(from, at + 1)));
    return at + 1;
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
/** Of what is directly in the `metadata` of an item; its other parts have no field that is called as the book is. */
const METADATA_DEPTH = ITEM_DEPTH + 2;
/** As the API server writes it. Where a piece ends in the middle of it, the list is parsed with the rest. */
const BOOK_KEY = '"managedFields":';
/** With blanks, if somebody writes any. */
const KEY_LENGTH_MAX = 64;
const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
