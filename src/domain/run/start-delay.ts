import { createHash } from "node:crypto";

const HASH_BYTES = 6;

/**
 * When a node starts, of many that are told to start within a time: a moment that its name decides. So the same node waits
 * as long each time, a fleet is spread evenly, and nobody has to agree with anybody.
 * @returns ms, from 0 up to and without `withinMs`
 */
export function startDelayMs(node: string, withinMs: number): number {
  const share = createHash("sha256").update(node).digest().readUIntBE(0, HASH_BYTES) / 2 ** (8 * HASH_BYTES);
  return Math.floor(share * withinMs);
}
