import {
  countVerdicts,
  type ProvingRun,
  type VerdictCounts,
  type VerdictSet,
  verdictsOf,
} from "#domain/verdict/fold.ts";
import type { ProvingOutcome, Verdict } from "#domain/verdict/verdict.ts";
import { formatTimestamp } from "../wording/timestamp.ts";

/** What became of proving, as one object for programs; keys are added in later versions, never changed. */
export interface VerdictsResult {
  readonly schema: "larder.dev/verdicts/v1";
  readonly runs: readonly ProvingRunResult[];
  readonly counts: VerdictCounts;
  /** The latest of each node, image and secret. */
  readonly verdicts: readonly Verdict[];
}

interface ProvingRunResult {
  readonly run: string;
  readonly stock: string | null;
  /** `unfinished`: the stream ends before the run does. */
  readonly outcome: ProvingOutcome | "unfinished";
  /** Version of Larder. */
  readonly larder: string | null;
  /** RFC 3339 in UTC with milliseconds. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly nodes: readonly string[];
  readonly twoSided: boolean;
  readonly warnings: ProvingRun["warnings"];
}

/** One JSON document, a verdict a line, piece by piece. */
export function* verdictsJson(set: VerdictSet): Generator<string> {
  const verdicts = verdictsOf(set);
  const head = {
    schema: "larder.dev/verdicts/v1",
    runs: Array.from(set.runs.values(), runOf),
    counts: countVerdicts(verdicts),
  } satisfies Omit<VerdictsResult, "verdicts">;
  yield `${JSON.stringify(head, null, 2).replace(/\n\}$/, "")},\n  "verdicts": [`;
  for (const [index, verdict] of verdicts.entries()) {
    yield `${index === 0 ? "" : ","}\n    ${JSON.stringify(verdict)}`;
  }
  yield `${verdicts.length === 0 ? "" : "\n  "}]\n}\n`;
}

function runOf(run: ProvingRun): ProvingRunResult {
  const { stock, larder, startedMs, nodes, twoSided, warnings } = run;
  return {
    run: run.run,
    stock,
    outcome: run.finish?.outcome ?? "unfinished",
    larder,
    startedAt: formatTimestamp(startedMs),
    durationMs: durationOfProving(run),
    nodes,
    twoSided,
    warnings,
  };
}

/** In ms; for a run that is not finished, up to its latest line. */
export function durationOfProving({ finish, startedMs, latestMs }: ProvingRun): number {
  return finish?.durationMs ?? Math.max(0, latestMs - startedMs);
}
