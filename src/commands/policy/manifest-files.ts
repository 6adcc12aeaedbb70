import { InputError, type Issue } from "#domain/issue.ts";
import { fail, ok, type Result } from "#domain/result.ts";
import { STANDARD_INPUT } from "../streams/sources.ts";
import { unreadable } from "../unreadable.ts";
import type { World } from "../world.ts";

export interface ManifestFile {
  /** STANDARD_INPUT for standard input. */
  readonly path: string;
  /** Whether it was found in a folder, where also other files lie. */
  readonly isFound: boolean;
}

/**
 * The files that are named, and those in the folders that are named, each once.
 * @throws InputError for each that is not there
 */
export async function findManifestFiles(
  paths: readonly string[],
  { files }: Pick<World, "files">,
): Promise<ManifestFile[]> {
  const found = new Map<string, ManifestFile>();
  const issues: Issue[] = [];
  for (const path of paths) {
    const listed = path === STANDARD_INPUT ? ok(undefined) : await files.listBelow(path, isEntered);
    if (!listed.ok) issues.push(unreadable(path, "manifest", listed.error));
    else if (listed.value === undefined) found.set(path, { path, isFound: false });
    else {
      for (const inside of listed.value.filter(isManifestName)) {
        if (!found.has(inside)) found.set(inside, { path: inside, isFound: true });
      }
    }
  }
  if (issues.length > 0) throw new InputError(issues);
  return [...found.values()];
}

function isEntered(folder: string): boolean {
  return !folder.startsWith(".") && folder !== "node_modules";
}

function isManifestName(path: string): boolean {
  return /\.(?:ya?ml|json)$/i.test(path);
}

/** The error: why the file cannot be changed, also because what is no UTF-8 could not be written back byte for byte. */
export async function readManifestText(
  { path }: ManifestFile,
  { files, readStandardInput }: Pick<World, "files" | "readStandardInput">,
): Promise<Result<string, string>> {
  const bytes = await (path === STANDARD_INPUT ? readStandardInput() : files.read(path));
  if (!bytes.ok) return bytes;
  try {
    return ok(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes.value));
  } catch {
    return fail("is not UTF-8 text");
  }
}
