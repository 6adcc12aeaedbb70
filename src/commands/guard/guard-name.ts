import { parseDnsLabel } from "#domain/cluster/names.ts";
import { InputError } from "#domain/issue.ts";
import { readStocksOf } from "../stocks/read.ts";
import type { World } from "../world.ts";
import type { GuardNameFlags } from "./off-command.ts";

/**
 * Which guard the options name; undefined: none in particular.
 * @throws InputError for a name that is none, or for both a name and a file
 */
export async function readGuardName(
  flags: GuardNameFlags,
  name: string | undefined,
  world: World,
): Promise<string | undefined> {
  const { file = [], set = [] } = flags;
  if (name === undefined) {
    if (file.length === 0) return undefined;
    const [first] = await readStocksOf({ file, set }, world);
    return first?.name;
  }
  if (file.length > 0) throw usage("a name and a file are both given", "leave one of them out");
  const parsed = parseDnsLabel(name);
  if (!parsed.ok) throw usage(`${JSON.stringify(name)} ${parsed.error}`, "give the name of a Stock");
  return name;
}

export function usage(problem: string, remedy: string): InputError {
  return new InputError([{ code: "OPTION_INVALID", at: { file: "larder guard" }, problem, remedy }]);
}
