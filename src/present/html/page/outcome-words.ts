import type { KnownImageOutcome } from "#domain/run/selectors.ts";

/** What became of an image, for people. */
export const outcomeWords: Readonly<Record<KnownImageOutcome, string>> = {
  pulled: "pulled",
  present: "was there",
  failed: "failed",
  deadline: "not done at the deadline",
  interrupted: "interrupted",
  halted: "not started any more",
  unfinished: "the stream ends before",
};
