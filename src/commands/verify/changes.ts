/** `--since`: what is different from verdicts that were saved. */
import { InputError, type Issue } from "#domain/issue.ts";
import { verdictsOf } from "#domain/verdict/fold.ts";
import type { VerdictPresenter } from "#present/presenter.ts";
import { changesPresenter } from "#present/verdicts/changes.ts";
import { colourOf } from "../presenter.ts";
import { readSavedVerdicts } from "../streams/saved-verdicts.ts";
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
  const before = await readSavedVerdicts(since, world);
  return changesPresenter(verdictsOf(before), world.terminal.stdout, { output, colour: colourOf(world) });
}

const noStreamOfChanges: Issue = {
  code: "OPTION_INVALID",
  at: { file: "--since" },
  problem: "a stream of some verdicts would look like one that was cut",
  remedy: "take --output text or json for the changes, and --report ndjson=PATH for the whole stream",
};
