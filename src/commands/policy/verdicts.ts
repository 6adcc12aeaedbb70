import { InputError, type Issue } from "#domain/issue.ts";
import type { Stock } from "#domain/stock/stock.ts";
import { emptyVerdicts, foldVerdict, verdictsOf } from "#domain/verdict/fold.ts";
import type { Verdict } from "#domain/verdict/verdict.ts";
import { readSources } from "../streams/read-sources.ts";
import { verdictStream } from "../streams/verdict-stream.ts";
import type { World } from "../world.ts";

/** Where verdicts come from: a file, or a proof on the cluster. Gives the latest of each node, image and secret, and `unknown` for what was planned and not told. */
export type GiveVerdicts = (stocks: readonly Stock[]) => Promise<readonly Verdict[]>;

/**
 * Verdicts that were saved. Lines that are none are named on standard error.
 * @throws InputError if there is no verdict in the stream, or if it does not say what was to be proven
 */
export function savedVerdicts(source: string, world: World): GiveVerdicts {
  return async () => {
    const set = emptyVerdicts();
    await readSources(verdictStream, [source], world, {
      line(line) {
        foldVerdict(set, line);
      },
      drained: async () => {},
    });
    const verdicts = verdictsOf(set);
    const headless = [...set.runs.values()].find(({ stock }) => stock === null);
    if (world.interrupted.aborted) return [];
    if (verdicts.length === 0) throw new InputError([noVerdicts(source)]);
    if (headless !== undefined) throw new InputError([noBeginning(source, headless.run)]);
    return verdicts;
  };
}

function noVerdicts(file: string): Issue {
  const remedy = "name a stream that has some";
  return { code: "VERDICT_INVALID", at: { file }, problem: "there is no verdict in it", remedy };
}

/** A node that was to be proven and has no verdict could not be told from one that the Stock does not select. */
function noBeginning(file: string, run: string): Issue {
  const problem = `the beginning of the run ${run} is missing, so nobody knows which nodes it was about`;
  return { code: "VERDICT_INVALID", at: { file }, problem, remedy: "name a stream that has it" };
}
