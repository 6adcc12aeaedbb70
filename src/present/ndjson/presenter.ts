/** The stream itself: one JSON object a line, as published in `schema/event.schema.json` and `schema/verdict.schema.json`. */
import type { EventHead, LarderEvent } from "#domain/run/event.ts";
import type { VerdictLine } from "#domain/verdict/verdict.ts";
import type { TextSink } from "#ports/terminal.ts";
import type { Presenter } from "../presenter.ts";

/** Each event becomes a line as soon as it comes. Keys have one order, so that two streams can be compared line by line. */
export function ndjsonPresenter(sink: Pick<TextSink, "write">): Presenter {
  return {
    takes: "events",
    event(event) {
      sink.write(`${formatStreamLine(event)}\n`);
    },
    end() {},
  };
}

/** One event or verdict as JSON in one line, without the line end; what says which one it is comes first. */
export function formatStreamLine(line: LarderEvent | VerdictLine): string {
  return JSON.stringify(isInOrder(line) ? line : inOrder(line));
}

type KeysOf<T> = T extends unknown ? Exclude<keyof T, keyof EventHead> : never;

/** In the order of the line; the compiler asks for each key that a line can have. */
const keys: Readonly<Record<keyof EventHead | KeysOf<LarderEvent | VerdictLine>, true>> = {
  schema: true,
  run: true,
  node: true,
  time: true,
  kind: true,
  larder: true,
  stock: true,
  method: true,
  code: true,
  socket: true,
  sockets: true,
  runtime: true,
  runtimeVersion: true,
  image: true,
  secret: true,
  verdict: true,
  protection: true,
  cause: true,
  reason: true,
  kubelet: true,
  names: true,
  attempt: true,
  credential: true,
  outcome: true,
  attempts: true,
  delayMs: true,
  durationMs: true,
  timeoutMs: true,
  sizeBytes: true,
  imageRef: true,
  class: true,
  permanent: true,
  message: true,
  advice: true,
  pulled: true,
  present: true,
  failed: true,
  parallel: true,
  images: true,
  nodes: true,
  proofs: true,
  twoSided: true,
  served: true,
  refused: true,
  absent: true,
  unknown: true,
  unprotected: true,
};

const placeOf: ReadonlyMap<string, number> = new Map(Object.keys(keys).map((key, index) => [key, index]));

/** Events that were read are mostly as they were written, and a million of them need no new objects. */
function isInOrder(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (Array.isArray(value)) return value.every(isInOrder);
  let before = -1;
  for (const [key, inner] of Object.entries(value)) {
    const place = placeOf.get(key);
    if (place === undefined || place < before || !isInOrder(inner)) return false;
    before = place;
  }
  return true;
}

/** Keys that a newer Larder added stay, after those that this one knows. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, inOrder(inner)]));
}

function rank(key: string): number {
  return placeOf.get(key) ?? placeOf.size;
}
