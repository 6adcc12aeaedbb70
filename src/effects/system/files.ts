import { access, constants, readFile, stat } from "node:fs/promises";
import { fail, ok } from "#domain/result.ts";
import type { Files } from "#ports/files.ts";

export function systemFiles(): Files {
  return {
    async read(path) {
      try {
        return ok(await readFile(path));
      } catch (error) {
        return fail(whyUnreadable(error));
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

function whyUnreadable(error: unknown): string {
  const code = errorCode(error);
  switch (code) {
    case "ENOENT":
      return "does not exist";
    case "EACCES":
    case "EPERM":
      return "may not be read by this user";
    case "EISDIR":
      return "is a directory";
    case "ENOTDIR":
      return "has a file where a directory should be in its path";
    default:
      return `cannot be read (${code})`;
  }
}

function errorCode(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
