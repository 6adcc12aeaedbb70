/** How a word is meant; colour says it again, and never alone. */
export type Tone = "plain" | "good" | "bad" | "odd" | "quiet";

/** Select Graphic Rendition parameters, on and off: green, red, yellow, faint. */
const codes = { good: [32, 39], bad: [31, 39], odd: [33, 39], quiet: [2, 22] } as const;

export function paint(text: string, tone: Tone, colour: boolean): string {
  if (!colour || tone === "plain" || text === "") return text;
  const [on, off] = codes[tone];
  return `\u001b[${on}m${text}\u001b[${off}m`;
}
