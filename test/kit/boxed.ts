import stringWidth from "string-width";

/** Draws the window's right edge, so that a golden file shows what would overflow. */
export function boxed(lines: readonly string[], columns: number): string {
  return lines.map((line) => `${line}${" ".repeat(Math.max(0, columns - stringWidth(line)))}|\n`).join("");
}
