import { InputError, type Issue } from "#domain/issue.ts";
import type { Stock } from "#domain/stock/stock.ts";
import { verdictsOf } from "#domain/verdict/fold.ts";
import type { Verdict } from "#domain/verdict/verdict.ts";
import { readSavedVerdicts } from "../streams/saved-verdicts.ts";
import type { World } from "../world.ts";

/**
 * Where verdicts come from: a file, or a proof on the cluster. Gives the latest of each node, image and secret, and `unknown` for
 * what was planned and not told.
 */
export type GiveVerdicts = (stocks: readonly Stock[]) => Promise<readonly Verdict[]>;

/**
 * Verdicts that were saved.
 * @throws InputError if there is no verdict in the stream, or if it does not say what was to be proven
 */
export function savedVerdicts(source: string, world: World): GiveVerdicts {
  return async () => {
    const set = await readSavedVerdicts(source, world);
    const headless = [...set.runs.values()].find(({ stock }) => stock === null);
    if (headless !== undefined) throw new InputError([noBeginning(source, headless.run)]);
    return verdictsOf(set);
  };
}

/** A node that was to be proven and has no verdict could not be told from one that the Stock does not select. */
function noBeginning(file: string, run: string): Issue {
  const problem = `the beginning of the run ${run} is missing, so nobody knows which nodes it was about`;
  return { code: "VERDICT_INVALID", at: { file }, problem, remedy: "name a stream that has it" };
}
