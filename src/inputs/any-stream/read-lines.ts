/** Streams whose kind nobody has said: each line says by its `schema` of which it is. */
import type { Issue } from "#domain/issue.ts";
import { fail, type Result } from "#domain/result.ts";
import { EVENT_SCHEMA, type LarderEvent } from "#domain/run/event.ts";
import { VERDICT_SCHEMA, type VerdictLine } from "#domain/verdict/verdict.ts";
import { checkEvent } from "../event-stream/event-line.ts";
import { type LineProblem, parseJsonLine, schemaOf, unknownSchema } from "../stream/line.ts";
import { readStream } from "../stream/read-stream.ts";
import { checkVerdictLine } from "../verdict-stream/verdict-line.ts";

export type StreamLine = LarderEvent | VerdictLine;

/** Reads a saved stream of events or verdicts; its issues are `EVENT_INVALID` and `EVENT_STREAM_CUT`. See `readStream`. */
export function readLines(
  file: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Result<StreamLine, Issue>, void> {
  return readStream(file, chunks, { parse: parseLine, codes: { invalid: "EVENT_INVALID", cut: "EVENT_STREAM_CUT" } });
}

function parseLine(text: string): Result<StreamLine, LineProblem> {
  const value = parseJsonLine(text);
  if (!value.ok) return value;
  switch (schemaOf(value.value)) {
    case EVENT_SCHEMA:
      return checkEvent(value.value);
    case VERDICT_SCHEMA:
      return checkVerdictLine(value.value);
    default:
      return fail(unknownSchema(value.value, [EVENT_SCHEMA, VERDICT_SCHEMA]));
  }
}
