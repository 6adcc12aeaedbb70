/**
 * Where text that is to be written goes. A link is followed, so that the file behind it is replaced and not the link, and
 * so that two paths to one file are seen to be one.
 */
import type { Stats } from "node:fs";
import { access, constants, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { fail, ok, type Result } from "#domain/result.ts";
import { errorCode, fileProblem } from "./file-problem.ts";

export type Destination =
  /** `mode` of the file that is there; undefined: there is none yet. */
  | { readonly kind: "file"; readonly path: string; readonly mode: number | undefined }
  /** A pipe, a terminal, /dev/null: nothing that could be replaced. */
  | { readonly kind: "device"; readonly path: string };

/** Looks and touches nothing. The error is a clause such as "is a directory". */
export async function findDestination(path: string): Promise<Result<Destination, string>> {
  const absolute = resolve(path);
  try {
    const found = await statOrUndefined(absolute);
    if (found === undefined) return ok(await findNewFile(absolute));
    if (found.isDirectory()) return fail("is a directory");
    if (found.isSocket()) return fail("is a socket");
    await access(absolute, constants.W_OK);
    if (!found.isFile() || absolute.startsWith("/dev/")) return ok({ kind: "device", path: absolute });
    return ok({ kind: "file", path: await realpath(absolute), mode: found.mode & 0o777 });
  } catch (error) {
    return fail(fileProblem(error, "written"));
  }
}

/** A file and perhaps folders that are to be made: what counts is the first folder on the way up that is there. */
async function findNewFile(path: string): Promise<Destination> {
  const missing = [basename(path)];
  let folder = dirname(path);
  for (let found = await statOrUndefined(folder); found === undefined; found = await statOrUndefined(folder)) {
    missing.unshift(basename(folder));
    folder = dirname(folder);
  }
  const real = await realpath(folder);
  await access(real, constants.W_OK | constants.X_OK);
  return { kind: "file", path: join(real, ...missing), mode: undefined };
}

async function statOrUndefined(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}
