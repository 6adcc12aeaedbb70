import type { KnownRunOutcome } from "#domain/run/selectors.ts";

/** What became of a run, for people. */
export const runOutcomeWords: Readonly<Record<KnownRunOutcome, string>> = {
  stocked: "stocked",
  incomplete: "incomplete",
  deadline: "the deadline passed",
  unreachable: "the container runtime could not be reached",
  interrupted: "interrupted",
  unfinished: "the stream ends before the run does",
};
