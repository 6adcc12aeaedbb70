/** Control groups of a run: real nodes put their containers below one group, so that it can be taken away as a whole. */
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

const ROOT = "/sys/fs/cgroup";

/** Name of the group, below the root of every hierarchy. */
export function cgroupOfRun(runId: string): string {
  return `larder-${runId.slice(0, 8)}`;
}

/** Makes the group, or one below it, in every hierarchy. */
export async function makeCgroups(runId: string, below: string): Promise<void> {
  for (const path of await pathsOf(runId, below)) {
    await mkdir(path, { recursive: true });
    await offerControllers(path);
  }
}

/**
 * Removes the group, or one below it, from every hierarchy. The processes in it are gone already, but the kernel may need a
 * moment to see that.
 */
export async function removeCgroups(runId: string, below = ""): Promise<void> {
  await Promise.all((await pathsOf(runId, below)).map(removeGroup));
}

async function removeGroup(path: string): Promise<void> {
  for (let attempt = 1; existsSync(path); attempt += 1) {
    try {
      await removeTree(path);
    } catch (error) {
      if (attempt === 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** Version 2 has one hierarchy, version 1 one in each folder. */
async function pathsOf(runId: string, below: string): Promise<string[]> {
  const hierarchies = isVersion2() ? [ROOT] : (await foldersIn(ROOT)).map((name) => join(ROOT, name));
  return hierarchies.map((hierarchy) => join(hierarchy, cgroupOfRun(runId), below));
}

function isVersion2(): boolean {
  return existsSync(join(ROOT, "cgroup.controllers"));
}

/** In version 2 a group has the controllers that each group above it gives to its children. */
async function offerControllers(path: string): Promise<void> {
  if (!isVersion2()) return;
  const ancestors = [ROOT];
  for (const name of path
    .slice(ROOT.length + 1)
    .split("/")
    .slice(0, -1)) {
    ancestors.push(join(ancestors.at(-1) ?? ROOT, name));
  }
  for (const group of ancestors) {
    const controllers = (await readFile(join(group, "cgroup.controllers"), "utf8")).trim().split(" ");
    for (const controller of controllers) {
      // Some cannot be given on; the kubelet says which one it misses.
      await writeFile(join(group, "cgroup.subtree_control"), `+${controller}`).catch(() => {});
    }
  }
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
