/** `--since`: what is different from verdicts that were saved. */
import { InputError, type Issue } from "#domain/issue.ts";
import { emptyVerdicts, foldVerdict, type VerdictSet, verdictsOf } from "#domain/verdict/fold.ts";
import type { VerdictPresenter } from "#present/presenter.ts";
import { changesPresenter } from "#present/verdicts/changes.ts";
import { colourOf } from "../presenter.ts";
import { readSources } from "../streams/read-sources.ts";
import { verdictStream } from "../streams/verdict-stream.ts";
import type { World } from "../world.ts";
import type { VerifyFlags } from "./command.ts";

/**
 * @returns a presenter of the changes; undefined: they are not asked for
 * @throws InputError if the stream cannot be read, or there is no verdict in it
 */
export async function changesFrom(
  { since, output }: Pick<VerifyFlags, "since" | "output">,
  world: World,
): Promise<VerdictPresenter | undefined> {
  if (since === undefined) return undefined;
  if (output === "ndjson") throw new InputError([noStreamOfChanges]);
  const before = await readSaved(since, world);
  return changesPresenter(verdictsOf(before), world.terminal.stdout, { output, colour: colourOf(world) });
}

const noStreamOfChanges: Issue = {
  code: "OPTION_INVALID",
  at: { file: "--since" },
  problem: "a stream of some verdicts would look like one that was cut",
  remedy: "take --output text or json for the changes, and --report ndjson=PATH for the whole stream",
};

async function readSaved(source: string, world: World): Promise<VerdictSet> {
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
