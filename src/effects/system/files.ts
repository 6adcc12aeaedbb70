import { createReadStream } from "node:fs";
import { access, constants, readdir, readFile, stat } from "node:fs/promises";
import { fail, ok } from "#domain/result.ts";
import type { Files } from "#ports/files.ts";
import { findDestination } from "./destination.ts";
import { errorCode, fileProblem } from "./file-problem.ts";
import { listBelow } from "./files-below.ts";
import { openText, UnfinishedFiles } from "./open-text.ts";

/** Large enough that a stream of half a gigabyte is not thousands of small requests. In bytes. */
const PIECE_SIZE = 1 << 18;

export interface SystemFiles extends Files {
  /** Removes at once what is written beside its place and not whole: for a process that ends in the middle of it. */
  removeUnfinished(): void;
}

export function systemFiles(): SystemFiles {
  const unfinished = new UnfinishedFiles();
  return {
    async read(path) {
      try {
        return ok(await readFile(path));
      } catch (error) {
        return fail(fileProblem(error, "read"));
      }
    },
    async list(path) {
      try {
        const entries = await readdir(path, { withFileTypes: true });
        return ok(entries.filter((entry) => !entry.isDirectory()).map((entry) => entry.name));
      } catch (error) {
        return errorCode(error) === "ENOTDIR" ? ok(undefined) : fail(fileProblem(error, "read"));
      }
    },
    listBelow,
    async checkReadable(path) {
      try {
        if ((await stat(path)).isDirectory()) return fail("is a directory");
        return ok(await access(path, constants.R_OK));
      } catch (error) {
        return fail(fileProblem(error, "read"));
      }
    },
    async *readPieces(path) {
      try {
        yield* createReadStream(path, { highWaterMark: PIECE_SIZE });
      } catch (error) {
        throw new Error(fileProblem(error, "read"), { cause: error });
      }
    },
    async checkWritable(path) {
      const destination = await findDestination(path);
      return destination.ok ? ok(destination.value.path) : destination;
    },
    openText: (path, way) => openText(path, way, unfinished),
    async socketState(path) {
      try {
        if (!(await stat(path)).isSocket()) return "other";
        await access(path, constants.R_OK | constants.W_OK);
        return "socket";
      } catch (error) {
        return ["EACCES", "EPERM"].includes(errorCode(error)) ? "denied" : "absent";
      }
    },
    removeUnfinished: () => unfinished.removeAll(),
  };
}
