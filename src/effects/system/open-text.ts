import { randomUUID } from "node:crypto";
import { constants, rmSync } from "node:fs";
import { copyFile, type FileHandle, mkdir, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fail, ok, type Result } from "#domain/result.ts";
import type { TextFile, WayOfWriting } from "#ports/files.ts";
import { findDestination } from "./destination.ts";
import { errorCode, fileProblem } from "./file-problem.ts";
import { TextWriter } from "./text-writer.ts";

/** Files that are not whole yet, beside the places where they shall stand. */
export class UnfinishedFiles {
  readonly #paths = new Set<string>();

  add(path: string): void {
    this.#paths.add(path);
  }

  async remove(path: string): Promise<void> {
    await rm(path, { force: true });
    this.#paths.delete(path);
  }

  /** At once, for a process that ends in the middle of it. */
  removeAll(): void {
    for (const path of this.#paths) rmSync(path, { force: true });
  }
}

/** An open file, and what makes it the file that was asked for when it is whole. */
interface Opened {
  readonly handle: FileHandle;
  /** Undefined: it stands where it shall stand. */
  readonly temporary?: { readonly path: string; readonly target: string };
}

export async function openText(
  path: string,
  way: WayOfWriting,
  unfinished: UnfinishedFiles,
): Promise<Result<TextFile, string>> {
  const destination = await findDestination(path);
  if (!destination.ok) return destination;
  const { kind, path: target } = destination.value;
  try {
    if (kind === "device") return ok(textFile({ handle: await openDevice(target) }, unfinished));
    await mkdir(dirname(target), { recursive: true });
    if (way === "stream") return ok(textFile({ handle: await open(target, "w") }, unfinished));
    return ok(textFile(await openReplacement(target, destination.value.mode, unfinished), unfinished));
  } catch (error) {
    return fail(fileProblem(error, "written"));
  }
}

/** A pipe that nobody reads would hold the open call for ever, so it is asked first in a way that does not wait. */
async function openDevice(path: string): Promise<FileHandle> {
  const asked = await open(path, constants.O_WRONLY | constants.O_NONBLOCK);
  try {
    return await open(path, constants.O_WRONLY | constants.O_APPEND);
  } finally {
    await asked.close();
  }
}

/** Where no file can be made beside it, as in a folder of somebody else, a file that is there is written in its place. */
async function openReplacement(target: string, mode: number | undefined, unfinished: UnfinishedFiles): Promise<Opened> {
  const path = join(dirname(target), `.larder-${randomUUID()}.tmp`);
  unfinished.add(path);
  try {
    return { handle: await open(path, "wx", mode), temporary: { path, target } };
  } catch (error) {
    await unfinished.remove(path);
    const isDenied = ["EACCES", "EPERM", "EROFS"].includes(errorCode(error));
    if (!isDenied || mode === undefined) throw error;
    return { handle: await open(target, "w") };
  }
}

function textFile({ handle, temporary }: Opened, unfinished: UnfinishedFiles): TextFile {
  const writer = new TextWriter(handle);
  const finish = async (): Promise<Result<void, string>> => {
    await writer.settled();
    await handle.close();
    if (writer.problem !== undefined) return fail(writer.problem);
    if (temporary !== undefined) await moveInto(temporary.path, temporary.target);
    return ok(undefined);
  };
  return {
    write: (text) => writer.write(text),
    drained: () => writer.drained(),
    async close() {
      try {
        return await finish();
      } catch (error) {
        return fail(fileProblem(error, "written"));
      } finally {
        if (temporary !== undefined) await unfinished.remove(temporary.path);
      }
    },
    async discard() {
      await writer.settled();
      await handle.close();
      if (temporary !== undefined) await unfinished.remove(temporary.path);
    },
  };
}

/** A file that is itself a mount, as a container's termination log, cannot be replaced but only written. */
async function moveInto(temporary: string, target: string): Promise<void> {
  try {
    await rename(temporary, target);
  } catch (error) {
    if (errorCode(error) !== "EBUSY") throw error;
    await copyFile(temporary, target);
  }
}
