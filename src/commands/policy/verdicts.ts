import { InputError, type Issue } from "#domain/issue.ts";
import type { Stock } from "#domain/stock/stock.ts";
import { emptyVerdicts, foldVerdict, verdictsOf } from "#domain/verdict/fold.ts";
import { VERDICT_SCHEMA, type Verdict } from "#domain/verdict/verdict.ts";
import { readSources } from "../streams/read-sources.ts";
import type { World } from "../world.ts";

/** Where verdicts come from: a file, or a proof on the cluster. Gives the latest of each node, image and secret, and `unknown` for what was planned and not told. */
export type GiveVerdicts = (stocks: readonly Stock[]) => Promise<readonly Verdict[]>;

/**
 * Verdicts that were saved. Lines that are none are named on standard error.
 * @throws InputError if there is no verdict in the stream
 */
export function savedVerdicts(source: string, world: World): GiveVerdicts {
  return async () => {
    const set = emptyVerdicts();
    let events = 0;
    await readSources([source], world, {
      line(line) {
        if (line.schema === VERDICT_SCHEMA) foldVerdict(set, line);
        else events += 1;
      },
      drained: async () => {},
    });
    const verdicts = verdictsOf(set);
    if (world.interrupted.aborted) return [];
    if (events > 0 || verdicts.length === 0) throw new InputError([noVerdicts(source, events)]);
    return verdicts;
  };
}

function noVerdicts(file: string, events: number): Issue {
  const problem =
    events > 0 ? "some lines are events, and only verdicts tell of policies" : "there is no verdict in it";
  return { code: "VERDICT_INVALID", at: { file }, problem, remedy: "name a stream of verdicts" };
}
