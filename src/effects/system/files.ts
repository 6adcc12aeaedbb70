import { readFile, stat } from "node:fs/promises";
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
    async isSocket(path) {
      try {
        return (await stat(path)).isSocket();
      } catch {
        return false;
      }
    },
  };
}

function whyUnreadable(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
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
