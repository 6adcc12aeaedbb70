/** How a run that proves ends. */
import { ExitCode } from "../run/exit-code.ts";
import type { VerdictCounts } from "../verdict/fold.ts";
import type { ProvingOutcome } from "../verdict/verdict.ts";

/** @param isStrict whether an unprotected image is a finding */
export function outcomeOf(counts: VerdictCounts, isStrict: boolean): "proven" | "unproven" {
  const isFinding = counts.refused + counts.absent + counts.unknown > 0 || (isStrict && counts.unprotected > 0);
  return isFinding ? "unproven" : "proven";
}

const codes: Readonly<Record<ProvingOutcome, ExitCode>> = {
  proven: ExitCode.Done,
  unproven: ExitCode.Incomplete,
  deadline: ExitCode.Deadline,
  unreachable: ExitCode.Unreachable,
  interrupted: ExitCode.Interrupted,
};

export function exitCodeOfProving(outcome: ProvingOutcome): ExitCode {
  return codes[outcome];
}
