/**
 * Presenters turn a stream into something to read. They know no clock and no process: what they are told is in the
 * events, where the text goes is a sink, and colour and size are decided by whoever opens them. So a stream that was
 * saved gives the same text again.
 */
import type { LarderEvent } from "#domain/run/event.ts";
import type { VerdictLine } from "#domain/verdict/verdict.ts";

export interface Presenter {
  /** The stream that it takes; findings have presenters of their own. */
  readonly takes: "events";
  event(event: LarderEvent): void;
  /** The stream is over, finished or cut. Called once, on every path; nothing is written afterwards. */
  end(): void;
}

export interface VerdictPresenter {
  readonly takes: "verdicts";
  verdict(line: VerdictLine): void;
  /** The stream is over, finished or cut. Called once, on every path; nothing is written afterwards. */
  end(): void;
}
