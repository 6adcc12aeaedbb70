import { paint, type Tone } from "../wording/tone.ts";

/**
 * The first word of a line says what kind it is, and is always at its beginning: `grep '^failed '`. `loud` lines are
 * printed even if somebody asked for quiet, and stay above the live display.
 */
const words = {
  started: { tone: "plain", loud: false },
  runtime: { tone: "plain", loud: false },
  waiting: { tone: "odd", loud: false },
  present: { tone: "good", loud: false },
  pulling: { tone: "plain", loud: false },
  tried: { tone: "odd", loud: false },
  delayed: { tone: "odd", loud: false },
  pulled: { tone: "good", loud: false },
  failed: { tone: "bad", loud: true },
  deadline: { tone: "bad", loud: true },
  interrupted: { tone: "bad", loud: true },
  halted: { tone: "bad", loud: true },
  served: { tone: "good", loud: true },
  gone: { tone: "plain", loud: true },
  refused: { tone: "bad", loud: true },
  absent: { tone: "bad", loud: true },
  unknown: { tone: "odd", loud: true },
  unprotected: { tone: "odd", loud: true },
  warning: { tone: "odd", loud: true },
  stocked: { tone: "good", loud: false },
  incomplete: { tone: "bad", loud: false },
  unreachable: { tone: "bad", loud: true },
  progress: { tone: "plain", loud: false },
  summary: { tone: "plain", loud: true },
} as const satisfies Readonly<Record<string, { readonly tone: Tone; readonly loud: boolean }>>;

type Word = keyof typeof words;

export interface Line {
  readonly word: Word;
  /** Printable, without a line end. */
  readonly text: string;
  /** Where the word alone does not say how it is meant. */
  readonly tone?: Tone;
}

const WORD_WIDTH = Math.max(...Object.keys(words).map((word) => word.length));

export function isLoud(line: Line): boolean {
  return words[line.word].loud;
}

export function formatLine(line: Line, colour: boolean): string {
  const { word, text, tone = words[word].tone } = line;
  const gap = " ".repeat(WORD_WIDTH - word.length + 1);
  return `${paint(word, tone, colour)}${gap}${text}`;
}
