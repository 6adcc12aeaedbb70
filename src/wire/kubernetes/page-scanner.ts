/**
 * Finds the items of a list in its bytes as they come, so that each can be read and let go by itself: a page of 500 pods that is parsed as a
 * whole is 60 MiB of objects. It knows nothing of JSON but strings and brackets; whoever parses what it gives finds the mistakes.
 */
export class PageScanner {
  #depth = 0;
  #isInText = false;
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
          this.#isInItems ||= this.#isAfterItemsKey(chunk, from, at);
          this.#depth += 1;
          break;
        case CLOSE_OBJECT:
        case CLOSE_LIST:
          if (this.#endsItem()) {
            items.push(this.#endItem(chunk.subarray(from, at + 1)));
            from = at + 1;
          }
          break;
        case COMMA:
          if (this.#isBetweenItems) from = this.#leave(chunk, from, at) + 1;
      }
    }
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

  #isAfterItemsKey(chunk: Buffer, from: number, at: number): boolean {
    if (this.#depth !== ITEM_DEPTH - 1) return false;
    const before =
      this.#rest.slice(-KEY_LENGTH_MAX) + chunk.toString("latin1", Math.max(from, at - KEY_LENGTH_MAX), at);
    return /"items"\s*:\s*$/.test(before);
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

  /** Goes out of an object or a list. @returns whether it was an item */
  #endsItem(): boolean {
    this.#depth -= 1;
    if (this.#depth < ITEM_DEPTH) this.#isInItems = false;
    return this.#isInItem && this.#depth === ITEM_DEPTH;
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
