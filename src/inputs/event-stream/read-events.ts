import type { Issue } from "#domain/issue.ts";
import type { Result } from "#domain/result.ts";
import type { LarderEvent } from "#domain/run/event.ts";
import { readStream } from "../stream/read-stream.ts";
import { parseEventLine } from "./event-line.ts";

/** Reads a saved event stream; its issues are `EVENT_INVALID` and `EVENT_STREAM_CUT`. See `readStream`. */
export function readEvents(
  file: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Result<LarderEvent, Issue>, void> {
  return readStream(file, chunks, {
    parse: parseEventLine,
    codes: { invalid: "EVENT_INVALID", cut: "EVENT_STREAM_CUT" },
  });
}
