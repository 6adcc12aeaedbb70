import { access, constants, mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fail, ok } from "#domain/result.ts";
import type { Files } from "#ports/files.ts";

export function systemFiles(): Files {
  return {
    async read(path) {
      try {
        return ok(await readFile(path));
      } catch (error) {
        return fail(whyNot(error, "read"));
      }
    },
    async list(path) {
      try {
        const entries = await readdir(path, { withFileTypes: true });
        return ok(entries.filter((entry) => !entry.isDirectory()).map((entry) => entry.name));
      } catch (error) {
        return errorCode(error) === "ENOTDIR" ? ok(undefined) : fail(whyNot(error, "read"));
      }
    },
    async write(path, text) {
      try {
        await mkdir(dirname(path), { recursive: true });
        return ok(await writeFile(path, text));
      } catch (error) {
        return fail(whyNot(error, "written"));
      }
    },
    async socketState(path) {
      try {
        if (!(await stat(path)).isSocket()) return "other";
        await access(path, constants.R_OK | constants.W_OK);
        return "socket";
      } catch (error) {
        return ["EACCES", "EPERM"].includes(errorCode(error)) ? "denied" : "absent";
      }
    },
  };
}

function whyNot(error: unknown, done: "read" | "written"): string {
  const code = errorCode(error);
  switch (code) {
    case "ENOENT":
      return "does not exist";
    case "EACCES":
    case "EPERM":
      return `may not be ${done} by this user`;
    case "ENOSPC":
    case "EDQUOT":
      return "cannot be written, since the disk is full";
    case "EROFS":
      return "cannot be written, since the file system is read-only";
    case "EISDIR":
      return "is a directory";
    case "ENOTDIR":
      return "has a file where a directory should be in its path";
    default:
      return `cannot be ${done} (${code})`;
  }
}

function errorCode(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
