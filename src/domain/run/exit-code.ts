import type { RunOutcome } from "./event.ts";

/** Exit codes are part of the interface. */
export const ExitCode = {
  /** All stocked, proven or clean; for commands that only show: it could be shown. */
  Done: 0,
  /** Some images are not there, and waiting longer would not change that. */
  Incomplete: 1,
  /** Wrong usage, configuration or input; nothing was started. */
  Usage: 2,
  /** The deadline passed while something was still worth trying. */
  Deadline: 3,
  /** The runtime (or cluster, or registry) could not be reached at all. */
  Unreachable: 4,
  Interrupted: 130,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

const codeOfOutcome: Readonly<Record<RunOutcome, ExitCode>> = {
  stocked: ExitCode.Done,
  incomplete: ExitCode.Incomplete,
  deadline: ExitCode.Deadline,
  unreachable: ExitCode.Unreachable,
  interrupted: ExitCode.Interrupted,
};

export function exitCodeOf(outcome: RunOutcome): ExitCode {
  return codeOfOutcome[outcome];
}
