import type { Result } from "#domain/result.ts";
import { VERDICT_SCHEMA, type VerdictLine } from "#domain/verdict/verdict.ts";
import { checkLine, type LineFormat, type LineProblem, parseJsonLine } from "../stream/line.ts";
import { VERDICT_LINE_KINDS, verdictLineSchema } from "./schema.ts";

const format: LineFormat<VerdictLine> = {
  schema: VERDICT_SCHEMA,
  kinds: VERDICT_LINE_KINDS,
  shape: verdictLineSchema,
};

/** Reads one line of a verdict stream. */
export function parseVerdictLine(text: string): Result<VerdictLine, LineProblem> {
  const value = parseJsonLine(text);
  return value.ok ? checkVerdictLine(value.value) : value;
}

/** The same for what a line holds. */
export function checkVerdictLine(value: unknown): Result<VerdictLine, LineProblem> {
  return checkLine(value, format);
}
