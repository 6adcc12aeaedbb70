import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fail, ok, type Result } from "#domain/result.ts";
import { errorCode, fileProblem } from "./file-problem.ts";

/** See `Files.listBelow`. */
export async function listBelow(
  path: string,
  isEntered: (name: string) => boolean,
): Promise<Result<readonly string[] | undefined, string>> {
  try {
    return ok(await filesBelow(path, isEntered));
  } catch (error) {
    return errorCode(error) === "ENOTDIR" ? ok(undefined) : fail(fileProblem(error, "read"));
  }
}

async function filesBelow(path: string, isEntered: (name: string) => boolean): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const inside = join(path, entry.name);
    if (entry.isFile()) found.push(inside);
    else if (entry.isDirectory() && isEntered(entry.name)) found.push(...(await filesBelow(inside, isEntered)));
  }
  return found;
}
