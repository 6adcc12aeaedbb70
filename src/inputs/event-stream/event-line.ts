import type { Result } from "#domain/result.ts";
import { EVENT_SCHEMA, type LarderEvent } from "#domain/run/event.ts";
import { checkLine, type LineFormat, type LineProblem, parseJsonLine } from "../stream/line.ts";
import { EVENT_KINDS, eventSchema } from "./schema.ts";

const format: LineFormat<LarderEvent> = { schema: EVENT_SCHEMA, kinds: EVENT_KINDS, shape: eventSchema };

/** Reads one line of an event stream. */
export function parseEventLine(text: string): Result<LarderEvent, LineProblem> {
  const value = parseJsonLine(text);
  return value.ok ? checkEvent(value.value) : value;
}

/** The same for what a line holds. */
export function checkEvent(value: unknown): Result<LarderEvent, LineProblem> {
  return checkLine(value, format);
}
