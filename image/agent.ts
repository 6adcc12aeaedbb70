/**
 * The agent: of the built program (dist/) the files that `larder fetch`, `--version` and `--help` load, at once or when they
 * need them. The other commands run where people and CI are, not on nodes, so they stay out of the image.
 */
import { chmod, copyFile, mkdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Metafile } from "esbuild";

/** Of src/commands, what fetch is made of. */
const COMMANDS_ON_NODES = ["src/commands/fetch/", "src/commands/credentials/"];
const ENTRY = "src/bin/larder.ts";

type Outputs = Metafile["outputs"];

/** Copies the agent's files into the folder `larder` of a layer. `dist/` must be built. */
export async function layOutAgent(layer: string): Promise<void> {
  const { outputs } = JSON.parse(await readFile("dist/metafile.json", "utf8")) as Metafile;
  const target = join(layer, "larder");
  await mkdir(target, { recursive: true });
  // Modes are part of the image, and must not follow from how this working tree was checked out.
  await chmod(target, 0o755);
  for (const file of [...agentFiles(outputs), "dist/THIRD-PARTY-LICENSES.txt", "LICENSE"]) {
    const copy = join(target, basename(file));
    await copyFile(file, copy);
    await chmod(copy, 0o644);
  }
}

/** @returns the paths of the outputs, sorted */
export function agentFiles(outputs: Outputs): string[] {
  const [entry] = Object.entries(outputs).find(([, { entryPoint }]) => entryPoint === ENTRY) ?? [];
  if (entry === undefined) throw new Error(`the build has no output for ${ENTRY}`);
  const files = new Set<string>();
  const queue = [entry];
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (files.has(file)) continue;
    files.add(file);
    const imported = outputs[file]?.imports.filter(({ external, path }) => !external && isOnNodes(outputs[path])) ?? [];
    queue.push(...imported.map(({ path }) => path));
  }
  return [...files].toSorted();
}

/** What a command loads begins with its entry, so leaving that out leaves out the rest, unless fetch loads it, too. */
function isOnNodes(output: Outputs[string] | undefined): boolean {
  const source = output?.entryPoint;
  if (source === undefined || !source.startsWith("src/commands/")) return true;
  return COMMANDS_ON_NODES.some((folder) => source.startsWith(folder));
}
