/**
 * The agent: of the built program (dist/) the files that `larder fetch`, `larder remove`, `--version` and `--help` load, at once or when they
 * need them. The other commands run where people and CI are, not on nodes, so they stay out of the image.
 */
import { chmod, copyFile, mkdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Metafile } from "esbuild";

const ENTRY = "src/bin/larder.ts";
/** Files that name a command and load what it does when it runs: `command.ts` of fetch, `error-command.ts` of explain. */
const COMMAND = /^src\/commands\/(?<name>[^/]+)\/(?:[^/]+-)?command\.ts$/;

/** Commands that run on nodes. */
const ON_NODES = ["fetch", "remove"];

/** Parts of the outside world that only the other commands ask for: no node speaks to the API of its cluster. */
const OTHERS_PARTS = ["src/effects/kubernetes/open.ts"];

/** Copies the agent's files into the folder `larder` of a layer. `dist/` must be built. */
export async function layOutAgent(layer: string): Promise<void> {
  const target = join(layer, "larder");
  const beside = ["dist/package.json", "dist/THIRD-PARTY-LICENSES.txt", "LICENSE"];
  const files = [...agentFiles(await readMetafile()), ...beside];
  await mkdir(target, { recursive: true });
  for (const file of files) await copyFile(file, join(target, basename(file)));
  // Modes are part of the image, and must not follow from how this working tree was checked out.
  await chmod(target, 0o755);
  for (const file of files) await chmod(join(target, basename(file)), 0o644);
}

/** What the build tells of itself (tools/build.mjs). */
export async function readMetafile(): Promise<Metafile> {
  return JSON.parse(await readFile("dist/metafile.json", "utf8")) as Metafile;
}

/** @returns the paths of the outputs, sorted */
export function agentFiles(build: Metafile): string[] {
  const { outputs } = build;
  const [entry] = Object.entries(outputs).find(([, { entryPoint }]) => entryPoint === ENTRY) ?? [];
  if (entry === undefined) throw new Error(`the build has no output for ${ENTRY}`);
  const others = loadedByOtherCommands(build);
  const files = new Set<string>();
  const queue = [entry];
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (files.has(file) || others.has(outputs[file]?.entryPoint ?? "")) continue;
    files.add(file);
    queue.push(...(outputs[file]?.imports ?? []).filter(({ external }) => !external).map(({ path }) => path));
  }
  return [...files].toSorted();
}

/** The sources with which the other commands begin, and their parts. What lies behind them is left out, too, unless those load it. */
function loadedByOtherCommands({ inputs }: Metafile): ReadonlySet<string> {
  const commands = Object.entries(inputs).filter(
    ([source]) => !ON_NODES.includes(COMMAND.exec(source)?.groups?.["name"] ?? "fetch"),
  );
  const loaded = commands.flatMap(([, { imports }]) => imports.filter(({ kind }) => kind === "dynamic-import"));
  return new Set([...loaded.map(({ path }) => path), ...OTHERS_PARTS]);
}
