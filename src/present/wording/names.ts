import { printable } from "./printable.ts";

/** `a, b, c and 409 more`: the first few of many names, so that a line stays one. */
export function firstNames(names: readonly string[], shown: number): string {
  const rest = names.length - shown;
  // One name more is as short as "and 1 more".
  if (rest <= 1) return names.map(printable).join(", ");
  return `${names.slice(0, shown).map(printable).join(", ")} and ${rest} more`;
}
