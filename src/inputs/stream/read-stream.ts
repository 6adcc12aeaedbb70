import type { Issue, IssueCode } from "#domain/issue.ts";
import { fail, type Result } from "#domain/result.ts";
import type { LineProblem } from "./line.ts";

export interface StreamReading<Line> {
  readonly parse: (text: string) => Result<Line, LineProblem>;
  /** For a line that is wrong, and for a last line that was cut. */
  readonly codes: { readonly invalid: IssueCode; readonly cut: IssueCode };
}

/**
 * Reads a saved stream of any length, one line after the other. A line that is nothing of the stream gives an issue and the
 * next line is read; a stream that was cut in the middle of its last line gives all lines before and one issue. None of them is
 * a reason to give up: a report of what is there is better than none.
 * @param file what issues call the stream
 * @param chunks UTF-8, cut anywhere; the order of lines is kept
 */
export async function* readStream<Line>(
  file: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { parse, codes }: StreamReading<Line>,
): AsyncGenerator<Result<Line, Issue>, void> {
  const decoder = new TextDecoder();
  let line = 0;
  let rest = "";
  const read = (text: string): Result<Line, Issue> => {
    const parsed = parse(text);
    return parsed.ok ? parsed : fail(invalidLine(codes.invalid, file, line, parsed.error));
  };
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const text of lines) {
      line += 1;
      if (text.trim() !== "") yield read(text);
    }
  }
  rest += decoder.decode();
  line += 1;
  if (rest.trim() === "") return;
  // A whole line needs no line end behind it; half a one is what a writer left that was stopped.
  const last = parse(rest);
  const isCut = !last.ok && last.error.code === "NOT_JSON";
  yield isCut ? fail(cutLine(codes.cut, file, line)) : read(rest);
}

function invalidLine(code: IssueCode, file: string, line: number, { problem }: LineProblem): Issue {
  const remedy = "it is left out; check that Larder wrote the file, and no newer version of it";
  return { code, at: { file, line }, problem: `the line ${problem}`, remedy };
}

function cutLine(code: IssueCode, file: string, line: number): Issue {
  return {
    code,
    at: { file, line },
    problem: "the stream ends in the middle of a line",
    remedy: "what comes before is used; the run may have done more than that",
  };
}
