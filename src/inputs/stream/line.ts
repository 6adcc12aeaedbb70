/**
 * One line of a stream of Larder: a JSON object that says by its `schema` and `kind` what it is. Known fields must be right;
 * unknown ones are kept, since a newer Larder may have added them.
 */
import type { z } from "zod";
import { fail, ok, type Result } from "#domain/result.ts";

const QUOTE_LENGTH_MAX = 60;

export interface LineProblem {
  /** A line that was cut is no JSON; JSON that is nothing of Larder was written that way. */
  readonly code: "NOT_JSON" | "NOT_A_LINE";
  /** A clause that follows the place of the line: "is not …", "has …". */
  readonly problem: string;
}

export interface LineFormat<Line> {
  /** What `schema` must say. */
  readonly schema: string;
  readonly kinds: ReadonlySet<string>;
  readonly shape: z.ZodType<Line>;
}

export function parseJsonLine(text: string): Result<unknown, LineProblem> {
  try {
    return ok(JSON.parse(text));
  } catch {
    return fail({ code: "NOT_JSON", problem: "is not JSON" });
  }
}

/** Takes what a line holds. The value is not copied, so that unknown fields stay. */
export function checkLine<Line>(value: unknown, format: LineFormat<Line>): Result<Line, LineProblem> {
  const isLine = (candidate: unknown): candidate is Line => format.shape.safeParse(candidate).success;
  return isLine(value) ? ok(value) : fail({ code: "NOT_A_LINE", problem: whyNot(value, format) });
}

/** What the line says it is, or undefined. */
export function schemaOf(value: unknown): unknown {
  return isObject(value) && "schema" in value ? value.schema : undefined;
}

/** @param known the schemas that would have done, of which there is one at least */
export function unknownSchema(value: unknown, known: readonly string[]): LineProblem {
  if (!isObject(value)) return { code: "NOT_A_LINE", problem: "is not a JSON object" };
  const all = known.map((schema) => `"${schema}"`).join(" and ");
  const problem = `has ${shown("schema", value)}, and only ${all} ${known.length === 1 ? "is" : "are"} known`;
  return { code: "NOT_A_LINE", problem };
}

function whyNot<Line>(value: unknown, { schema, kinds, shape }: LineFormat<Line>): string {
  if (!isObject(value) || schemaOf(value) !== schema) return unknownSchema(value, [schema]).problem;
  if (!("kind" in value) || typeof value.kind !== "string" || !kinds.has(value.kind)) {
    return `has ${shown("kind", value)}, which is none that this version knows`;
  }
  const [first] = shape.safeParse(value).error?.issues ?? [];
  return `has a wrong field "${first?.path.join(".")}" (${first?.message})`;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function shown(key: string, value: object): string {
  const entry = Object.entries(value).find(([name]) => name === key);
  if (!entry) return `no ${key}`;
  return `the ${key} ${JSON.stringify(entry[1]).slice(0, QUOTE_LENGTH_MAX)}`;
}
