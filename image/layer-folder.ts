import { readdir, readFile, readlink, stat } from "node:fs/promises";
import { join } from "node:path";
import type { LayerEntry } from "#embedded/images/layer-tar.ts";

/**
 * Everything in a folder, as entries of a layer. Modes and contents count; who owns the files here, and when they were
 * written, does not. Links are kept, not followed.
 */
export async function readLayerFolder(folder: string, below = ""): Promise<LayerEntry[]> {
  const entries: LayerEntry[] = [];
  for (const found of await readdir(join(folder, below), { withFileTypes: true })) {
    const path = join(below, found.name);
    const file = join(folder, path);
    if (found.isSymbolicLink()) {
      entries.push({ kind: "link", path, target: await readlink(file) });
    } else if (found.isDirectory()) {
      entries.push({ kind: "folder", path, mode: await modeOf(file) }, ...(await readLayerFolder(folder, path)));
    } else if (found.isFile()) {
      entries.push({ kind: "file", path, mode: await modeOf(file), content: await readFile(file) });
    } else {
      throw new Error(`${file} is neither a file, nor a folder, nor a link`);
    }
  }
  return entries;
}

async function modeOf(file: string): Promise<number> {
  return (await stat(file)).mode & 0o7777;
}
