import { formatIssue, formatPlace, type Issue } from "#domain/issue.ts";
import { type DecideChange, decideChanges } from "#domain/policy/change.ts";
import { ExitCode } from "#domain/run/exit-code.ts";
import { type AppliedPolicies, applyPolicies } from "#inputs/pod-manifest/apply-policies.ts";
import type { TextSink } from "#ports/terminal.ts";
import { formatCount } from "#present/wording/count.ts";
import { printable } from "#present/wording/printable.ts";
import { STANDARD_INPUT } from "../streams/sources.ts";
import { unreadable } from "../unreadable.ts";
import type { LarderContext, World } from "../world.ts";
import type { ApplyPolicyFlags } from "./apply-command.ts";
import { findManifestFiles, type ManifestFile, readManifestText } from "./manifest-files.ts";
import { readPolicies } from "./policies.ts";

export async function applyPolicy(this: LarderContext, flags: ApplyPolicyFlags, ...paths: string[]): Promise<void> {
  const { world } = this;
  const { stdout, stderr } = world.terminal;
  const files = await findManifestFiles(paths, world);
  const inputs = files.filter(({ path }) => path === STANDARD_INPUT).length;
  const decide = decideChanges((await readPolicies(flags, world, inputs)).images);
  // Standard output is the manifest's then.
  const told = inputs > 0 && !flags.check ? stderr : stdout;
  const sum = { changed: 0, files: 0, unwritten: 0 };
  for (const file of files) {
    if (world.interrupted.aborted) break;
    const { changed, isWritten } = await applyTo(file, decide, flags.check, told, world);
    sum.changed += changed;
    sum.files += changed > 0 ? 1 : 0;
    sum.unwritten += isWritten ? 0 : 1;
  }
  const verb = flags.check ? "would change" : "changed";
  told.write(
    `summary  ${sum.changed === 1 ? "1 policy" : `${sum.changed} policies`} ${verb} in ${sum.files} of ${formatCount(files.length, "file")}\n`,
  );
  const isUndone = sum.unwritten > 0 || (flags.check && sum.changed > 0);
  this.exitCode = isUndone ? ExitCode.Incomplete : ExitCode.Done;
  if (world.interrupted.aborted) this.exitCode = ExitCode.Interrupted;
}

/** Changes one file; what cannot be changed is named and left as it is. */
async function applyTo(
  file: ManifestFile,
  decide: DecideChange,
  isCheck: boolean,
  told: TextSink,
  world: World,
): Promise<{ changed: number; isWritten: boolean }> {
  const name = file.path === STANDARD_INPUT ? "standard input" : file.path;
  const warn = (issue: Issue): void => world.terminal.stderr.write(`warning: ${formatIssue(issue)}\n`);
  const text = await readManifestText(file, world);
  if (!text.ok) {
    warn(unreadable(name, "manifest", text.error));
    return { changed: 0, isWritten: false };
  }
  if (file.isFound && !mayBeManifest(text.value)) return { changed: 0, isWritten: true };
  const applied = applyPolicies(name, text.value, decide);
  if (!applied.ok) warn(applied.error);
  const changed = applied.ok ? applied.value.changed.length : 0;
  if (applied.ok) tell(applied.value, isCheck, told, warn);
  if (isCheck || (changed === 0 && file.path !== STANDARD_INPUT)) return { changed, isWritten: true };
  const problem = await write(file, applied.ok ? applied.value.text : text.value, world);
  if (problem !== undefined) warn(unwritable(name, problem));
  return { changed, isWritten: problem === undefined };
}

/** Other files lie about, too: they need not be read as YAML, and nobody waits for a word about a broken one of them. */
function mayBeManifest(text: string): boolean {
  return /\bkind["']?\s*:/.test(text);
}

function tell(applied: AppliedPolicies, isCheck: boolean, told: TextSink, warn: (issue: Issue) => void): void {
  for (const { at, about, image, from, to } of applied.changed) {
    const word = isCheck ? "change" : "changed";
    told.write(
      `${word.padEnd(9)}${printable(`${formatPlace(at)}: ${about}: ${image}: ${from ?? "no policy"} becomes ${to}`)}\n`,
    );
  }
  for (const { at, about, image, why } of applied.left) {
    told.write(`left     ${printable(`${formatPlace(at)}: ${about}: ${image}: ${why}`)}\n`);
  }
  for (const issue of applied.issues) warn(issue);
}

/** As a whole or not at all. @returns why it could not be written */
async function write({ path }: ManifestFile, text: string, { files, terminal }: World): Promise<string | undefined> {
  if (path === STANDARD_INPUT) {
    terminal.stdout.write(text);
    return undefined;
  }
  const opened = await files.openText(path, "replace");
  if (!opened.ok) return opened.error;
  opened.value.write(text);
  const closed = await opened.value.close();
  return closed.ok ? undefined : closed.error;
}

function unwritable(file: string, why: string): Issue {
  const remedy = "it needs a place that this user can write to, with room on the disk";
  return { code: "FILE_UNWRITABLE", at: { file }, problem: `the manifest ${why}`, remedy };
}
