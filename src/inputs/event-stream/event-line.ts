import { fail, ok, type Result } from "#domain/result.ts";
import { EVENT_SCHEMA, type LarderEvent } from "#domain/run/event.ts";
import { EVENT_KINDS, eventSchema } from "./schema.ts";

const QUOTE_LENGTH_MAX = 60;

export interface EventLineProblem {
  /** A line that was cut is no JSON; JSON that is no event was written that way. */
  readonly code: "NOT_JSON" | "NOT_AN_EVENT";
  /** A clause that follows the place of the line: "is not …", "has …". */
  readonly problem: string;
}

/**
 * Reads one line of an event stream. Known fields must be right; unknown ones are kept, since a newer Larder may have
 * added them.
 */
export function parseEventLine(text: string): Result<LarderEvent, EventLineProblem> {
  const value = parseJson(text);
  if (value === undefined) return fail({ code: "NOT_JSON", problem: "is not JSON" });
  return isEvent(value) ? ok(value) : fail({ code: "NOT_AN_EVENT", problem: whyNotAnEvent(value) });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The value is not copied, so that unknown fields stay. */
function isEvent(value: unknown): value is LarderEvent {
  return eventSchema.safeParse(value).success;
}

function whyNotAnEvent(value: unknown): string {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "is not a JSON object";
  if (!("schema" in value) || value.schema !== EVENT_SCHEMA) {
    return `has ${shown("schema", value)}, and only "${EVENT_SCHEMA}" is known`;
  }
  if (!("kind" in value) || typeof value.kind !== "string" || !EVENT_KINDS.has(value.kind)) {
    return `has ${shown("kind", value)}, which is none that this version knows`;
  }
  const [first] = eventSchema.safeParse(value).error?.issues ?? [];
  return `has a wrong field "${first?.path.join(".")}" (${first?.message})`;
}

function shown(key: string, value: object): string {
  const entry = Object.entries(value).find(([name]) => name === key);
  if (!entry) return `no ${key}`;
  return `the ${key} ${JSON.stringify(entry[1]).slice(0, QUOTE_LENGTH_MAX)}`;
}
