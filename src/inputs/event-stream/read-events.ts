import type { Issue } from "#domain/issue.ts";
import { fail, type Result } from "#domain/result.ts";
import type { LarderEvent } from "#domain/run/event.ts";
import { type EventLineProblem, parseEventLine } from "./event-line.ts";

/**
 * Reads a saved event stream of any length, one line after the other. A line that is no event gives an issue and the
 * next line is read; a stream that was cut in the middle of its last line gives all events before and one issue
 * (`EVENT_STREAM_CUT`). None of them is a reason to give up: a report of what is there is better than none.
 * @param file what issues call the stream
 * @param chunks UTF-8, cut anywhere; the order of events is kept
 */
export async function* readEvents(
  file: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Result<LarderEvent, Issue>, void> {
  const decoder = new TextDecoder();
  let line = 0;
  let rest = "";
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const text of lines) {
      line += 1;
      if (text.trim() !== "") yield readLine(file, line, text);
    }
  }
  rest += decoder.decode();
  if (rest.trim() !== "") yield readLastLine(file, line + 1, rest);
}

function readLine(file: string, line: number, text: string): Result<LarderEvent, Issue> {
  const event = parseEventLine(text);
  return event.ok ? event : fail(invalidLine(file, line, event.error));
}

/** A whole event needs no line end behind it; half a one is what a writer left that was stopped. */
function readLastLine(file: string, line: number, text: string): Result<LarderEvent, Issue> {
  const event = parseEventLine(text);
  if (event.ok) return event;
  return fail(event.error.code === "NOT_JSON" ? cutLine(file, line) : invalidLine(file, line, event.error));
}

function invalidLine(file: string, line: number, { problem }: EventLineProblem): Issue {
  return {
    code: "EVENT_INVALID",
    at: { file, line },
    problem: `the line ${problem}`,
    remedy: "it is left out; check that Larder wrote the file, and no newer version of it",
  };
}

function cutLine(file: string, line: number): Issue {
  return {
    code: "EVENT_STREAM_CUT",
    at: { file, line },
    problem: "the stream ends in the middle of a line",
    remedy: "what comes before is used; the run may have done more than that",
  };
}
