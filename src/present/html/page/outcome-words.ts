import type { KnownImageOutcome } from "#domain/run/selectors.ts";

/** What became of an image, for people: words that can stand behind a number. */
export const outcomeWords: Readonly<Record<KnownImageOutcome, string>> = {
  pulled: "pulled",
  present: "was there",
  failed: "failed",
  deadline: "not done at the deadline",
  interrupted: "interrupted",
  halted: "not started",
  unfinished: "unfinished",
};

/** What such an outcome means, where nobody gave advice. */
export const outcomeReasons: Readonly<Partial<Record<KnownImageOutcome, string>>> = {
  deadline: "The deadline of the run passed before that.",
  interrupted: "The run was interrupted before that.",
  halted: "The run had stopped starting pulls.",
  unfinished: "The event stream ends before it says what became of the image.",
};
