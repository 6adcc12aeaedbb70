import { formatCount } from "./count.ts";

/** Names in a line. */
const NAMED_MAX = 5;

/** `worker-1`, or `3 nodes (worker-1, worker-2, worker-3)`. */
export function named(names: readonly string[], singular: string): string {
  const [only] = names;
  if (only !== undefined && names.length === 1) return only;
  const more = names.length > NAMED_MAX ? ` and ${names.length - NAMED_MAX} more` : "";
  return `${formatCount(names.length, singular)} (${names.slice(0, NAMED_MAX).join(", ")}${more})`;
}
