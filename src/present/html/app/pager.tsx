import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { formatNumber } from "../page/number.ts";

export interface Pages<Item> {
  readonly items: readonly Item[];
  /** Counted from 0. */
  readonly first: number;
  readonly total: number;
  readonly size: number;
  readonly turn: (first: number) => void;
}

/** A part of a long list; a list that became shorter shows its last part. */
export function usePages<Item>(all: readonly Item[], size: number): Pages<Item> {
  const [wanted, setWanted] = useState(0);
  const last = Math.max(0, Math.floor((all.length - 1) / size) * size);
  const first = Math.min(wanted, last);
  return { items: all.slice(first, first + size), first, total: all.length, size, turn: setWanted };
}

interface PagerProps {
  readonly pages: Omit<Pages<unknown>, "items">;
  /** What is turned: "images". */
  readonly what: string;
}

export function Pager({ pages: { first, total, size, turn }, what }: PagerProps): JSX.Element | null {
  if (total <= size) return null;
  const last = Math.floor((total - 1) / size) * size;
  const end = Math.min(first + size, total);
  const step = (text: string, label: string, to: number): JSX.Element => (
    <button type="button" aria-label={`${label} ${what}`} disabled={to === first} onClick={() => turn(to)}>
      {text}
    </button>
  );
  return (
    <nav class="pager" aria-label={`Pages of ${what}`}>
      {step("«", "First", 0)}
      {step("‹", "Previous", Math.max(0, first - size))}
      <span role="status">
        {formatNumber(first + 1)}–{formatNumber(end)} of {formatNumber(total)}
      </span>
      {step("›", "Next", Math.min(last, first + size))}
      {step("»", "Last", last)}
    </nav>
  );
}
