import type { Issue } from "#domain/issue.ts";
import type { Result } from "#domain/result.ts";
import type { VerdictLine } from "#domain/verdict/verdict.ts";
import { readStream } from "../stream/read-stream.ts";
import { parseVerdictLine } from "./verdict-line.ts";

/** Reads a saved verdict stream; its issues are `VERDICT_INVALID` and `VERDICT_STREAM_CUT`. See `readStream`. */
export function readVerdicts(
  file: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Result<VerdictLine, Issue>, void> {
  return readStream(file, chunks, {
    parse: parseVerdictLine,
    codes: { invalid: "VERDICT_INVALID", cut: "VERDICT_STREAM_CUT" },
  });
}
