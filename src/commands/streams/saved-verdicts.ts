import { InputError, type Issue } from "#domain/issue.ts";
import { emptyVerdicts, foldVerdict, type VerdictSet } from "#domain/verdict/fold.ts";
import type { VerdictLine } from "#domain/verdict/verdict.ts";
import { readVerdicts } from "#inputs/verdict-stream/read-verdicts.ts";
import type { World } from "../world.ts";
import { readSources, type StreamKind } from "./read-sources.ts";

const verdictStream: StreamKind<VerdictLine> = { read: readVerdicts, invalid: "VERDICT_INVALID", what: "verdict" };

/**
 * The verdicts of a saved stream. Lines that are none are named on standard error.
 * @param source a file, or STANDARD_INPUT
 * @throws InputError if the stream cannot be read, or if there is nothing of verdicts in it
 */
export async function readSavedVerdicts(source: string, world: World): Promise<VerdictSet> {
  const set = emptyVerdicts();
  await readSources(verdictStream, [source], world, {
    line(line) {
      foldVerdict(set, line);
    },
    drained: async () => {},
  });
  if (set.runs.size === 0 && !world.interrupted.aborted) throw new InputError([noVerdict(source)]);
  return set;
}

function noVerdict(file: string): Issue {
  return {
    code: "VERDICT_INVALID",
    at: { file },
    problem: "there is no verdict in it",
    remedy: "name a stream that larder verify wrote with --report ndjson=PATH or --output ndjson",
  };
}
