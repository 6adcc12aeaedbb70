/** `--since`: what is different from verdicts that were saved. */
import { formatIssue, InputError, type Issue } from "#domain/issue.ts";
import { emptyVerdicts, foldVerdict, type VerdictSet, verdictsOf } from "#domain/verdict/fold.ts";
import { readVerdicts } from "#inputs/verdict-stream/read-verdicts.ts";
import type { VerdictPresenter } from "#present/presenter.ts";
import { changesPresenter } from "#present/verdicts/changes.ts";
import { colourOf } from "../presenter.ts";
import type { World } from "../world.ts";
import type { VerifyFlags } from "./command.ts";

const STANDARD_INPUT = "-";

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

async function readSaved(file: string, world: World): Promise<VerdictSet> {
  const { files, stdin, interrupted, terminal } = world;
  const isFile = file !== STANDARD_INPUT;
  const readable = isFile ? await files.checkReadable(file) : undefined;
  if (readable?.ok === false) throw new InputError([unreadable(file, readable.error)]);
  const set = emptyVerdicts();
  const name = isFile ? file : "standard input";
  for await (const line of readVerdicts(name, isFile ? files.readPieces(file) : stdin(interrupted))) {
    if (line.ok) foldVerdict(set, line.value);
    else terminal.stderr.write(`warning: ${formatIssue(line.error)}\n`);
  }
  if (set.runs.size === 0) throw new InputError([unreadable(name, "holds no verdict")]);
  return set;
}

function unreadable(file: string, why: string): Issue {
  return {
    code: "FILE_UNREADABLE",
    at: { file },
    problem: `the verdict stream ${why}`,
    remedy: "name a file that larder verify wrote with --report ndjson=PATH or --output ndjson",
  };
}
