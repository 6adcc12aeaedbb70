/** Control groups of a run: real nodes put their containers below one group, so that it can be taken away as a whole. */
import { existsSync } from "node:fs";
import { mkdir, readdir, rmdir } from "node:fs/promises";
import { join } from "node:path";

const ROOT = "/sys/fs/cgroup";

/** Name of the group, below the root of every hierarchy. */
export function cgroupOfRun(runId: string): string {
  return `larder-${runId.slice(0, 8)}`;
}

/** Makes the group, or one below it, in every hierarchy. */
export async function makeCgroups(runId: string, below: string): Promise<void> {
  for (const path of await pathsOf(runId, below)) await mkdir(path, { recursive: true });
}

/**
 * Removes the group, or one below it, from every hierarchy; the
 * processes in it are gone already, but the kernel may need a moment.
 */
export async function removeCgroups(runId: string, below = ""): Promise<void> {
  for (const path of await pathsOf(runId, below)) {
    for (let attempt = 1; existsSync(path); attempt += 1) {
      await removeTree(path).catch((error: unknown) => {
        if (attempt === 100) throw error;
      });
      if (existsSync(path)) await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** Version 2 has one hierarchy, version 1 one in each folder. */
async function pathsOf(runId: string, below: string): Promise<string[]> {
  const hierarchies = existsSync(join(ROOT, "cgroup.controllers"))
    ? [ROOT]
    : (await foldersIn(ROOT)).map((name) => join(ROOT, name));
  return hierarchies.map((hierarchy) => join(hierarchy, cgroupOfRun(runId), below));
}

/** A group's files are the kernel's and go with it, so only folders are removed, the innermost first. */
async function removeTree(path: string): Promise<void> {
  for (const name of await foldersIn(path)) await removeTree(join(path, name));
  await rmdir(path);
}

async function foldersIn(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}
