import { InputError, type Issue } from "#domain/issue.ts";
import { encodeNothingRemoved, encodeRemovalMessage } from "#domain/removing/removal-message.ts";
import { ExitCode } from "#domain/run/exit-code.ts";
import { parseImageArguments } from "#inputs/image-list/image-list.ts";
import { readImageList } from "#inputs/image-list/read-image-list.ts";
import type { Files } from "#ports/files.ts";
import { removalLine, removalSummary } from "#present/removing/removal-text.ts";
import { type RemovePlan, removeImages } from "#workflows/removing/remove-images.ts";
import { socketsOf } from "../cri-socket.ts";
import { writeTerminationMessage } from "../termination-message.ts";
import type { LarderContext, World } from "../world.ts";
import type { RemoveFlags } from "./command.ts";

export async function remove(this: LarderContext, flags: RemoveFlags, ...images: string[]): Promise<void> {
  const { files, terminal } = this.world;
  let note = encodeNothingRemoved("it broke");
  try {
    const plan = await readRemoveInputs(flags, images, files);
    const ended = await removeAndTell(plan, this.world);
    note = ended.note;
    this.exitCode = ended.exitCode;
  } catch (error) {
    if (error instanceof InputError) note = encodeNothingRemoved(error.message);
    if (!(flags.exitZero && error instanceof InputError)) throw error;
    terminal.stderr.write(`${error.message}\n`);
  } finally {
    if (flags.terminationMessage !== undefined) {
      await writeTerminationMessage(flags.terminationMessage, note, { files, stderr: terminal.stderr });
    }
  }
  if (flags.exitZero && this.exitCode !== ExitCode.Interrupted) this.exitCode = ExitCode.Done;
}

async function removeAndTell(plan: RemovePlan, world: World): Promise<{ note: string; exitCode: ExitCode }> {
  const { terminal, interrupted } = world;
  const ports = {
    ...world,
    connect: world.connectCri,
    emit: (event: { readonly kind: string; readonly message?: string }) => {
      if (event.kind === "runtime-waiting") terminal.stderr.write(`larder: waits for the runtime: ${event.message}\n`);
    },
    tell: (removal: Parameters<typeof removalLine>[0]) => terminal.stdout.write(removalLine(removal)),
  };
  const removals = await removeImages(plan, ports, interrupted);
  if (!removals.ok) {
    if (interrupted.aborted) return { note: encodeNothingRemoved("interrupted"), exitCode: ExitCode.Interrupted };
    terminal.stderr.write(`larder: ${removals.error}\n`);
    return { note: encodeNothingRemoved(removals.error), exitCode: ExitCode.Unreachable };
  }
  terminal.stdout.write(removalSummary(removals.value));
  const hasFailed = removals.value.some(({ outcome }) => outcome === "failed");
  const exitCode = hasFailed ? ExitCode.Incomplete : ExitCode.Done;
  return {
    note: encodeRemovalMessage(removals.value),
    exitCode: interrupted.aborted ? ExitCode.Interrupted : exitCode,
  };
}

/** @throws InputError with all that is wrong */
async function readRemoveInputs(
  flags: RemoveFlags,
  images: readonly string[],
  files: Pick<Files, "read">,
): Promise<RemovePlan> {
  const noPlaceholders = new Map<string, string>();
  const read = (names: readonly string[] = []) =>
    Promise.all(names.map((file) => readImageList(file, noPlaceholders, files)));
  const lists = [...(await read(flags.imageListFile)), parseImageArguments(images, noPlaceholders)];
  const kept = await read(flags.keepListFile);
  const sockets = socketsOf(flags.criSocket);
  const isNothing = images.length === 0 && !flags.imageListFile?.length;
  const issues = [
    ...(isNothing ? [nothingToRemove] : []),
    ...[...lists, ...kept].flatMap((list) => list.issues),
    ...sockets.issues,
  ];
  if (issues.length > 0) throw new InputError(issues);
  const written = (all: typeof lists): readonly string[] =>
    all.flatMap(({ references }) => references.map(({ reference }) => reference.written));
  return { images: written(lists), keep: written(kept), sockets: sockets.paths };
}

const nothingToRemove: Issue = {
  code: "NO_IMAGES",
  at: { file: "larder remove" },
  problem: "there is nothing to remove",
  remedy: "name images as arguments, or give a list with --image-list-file",
};
