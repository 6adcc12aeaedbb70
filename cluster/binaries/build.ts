/**
 * Real parts that no Debian package has, built from Go modules into a cache that outlives every cluster. A binary lies
 * under the hash of everything that decides what it is (go.mod, go.sum, sources, flags), so a changed pin is a new
 * binary and an unchanged one is never built twice. Builds run one at a time and yield to everybody else.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { access, mkdir, mkdtemp, readdir, readFile, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { findCommand } from "../../test/kit/run/find-command.ts";
import { startTimeOf } from "../../test/kit/run/proc.ts";
import { say, secondsSince } from "../say.ts";
import { type GoModule, modules } from "./modules.ts";

/** Where binaries are kept: LARDER_CLUSTER_CACHE, or `larder-cluster` in the user's cache folder. */
export function cacheFolder(): string {
  const caches = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  return process.env["LARDER_CLUSTER_CACHE"] ?? join(caches, "larder-cluster");
}

/**
 * Where binaries of a module lie, built now if they are not there yet.
 * @param commands names out of the module's list
 * @throws with the compiler's words
 */
export async function binaries(name: string, commands: readonly string[]): Promise<string> {
  const module = modules[name];
  if (module === undefined)
    throw new Error(`nothing is called ${name}: take one of ${Object.keys(modules).join(", ")}`);
  const folder = join(cacheFolder(), `${name}-${await keyOf(module)}`);
  const missing = await absentIn(folder, commands);
  if (missing.length > 0) await build(name, module, folder, missing);
  return folder;
}

const FLAGS = ["-trimpath", "-buildvcs=false"];
const ENVIRONMENT = { CGO_ENABLED: "0", GOFLAGS: "-mod=readonly", GOTOOLCHAIN: "local", GOOS: "linux" };

async function keyOf(module: GoModule): Promise<string> {
  const hash = createHash("sha256").update(JSON.stringify([FLAGS, ENVIRONMENT, module.tags ?? ""]));
  for (const file of (await readdir(module.folder)).toSorted()) {
    hash.update(`\n${file}\n`).update(await readFile(join(module.folder, file)));
  }
  return hash.digest("hex").slice(0, 12);
}

async function absentIn(folder: string, commands: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    commands.map((command) =>
      access(join(folder, command)).then(
        () => true,
        () => false,
      ),
    ),
  );
  return commands.filter((_, index) => !found[index]);
}

async function build(name: string, module: GoModule, folder: string, commands: readonly string[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  const started = performance.now();
  say(`building ${name}: ${commands.join(", ")}`);
  await sweepWorkplaces(folder);
  const workplace = await mkdtemp(join(folder, `building-${process.pid}-`));
  try {
    const paths = commands.map((command) => pathOf(name, module, command));
    const flags = [...FLAGS, "-ldflags", await linkerFlags(module), ...(module.tags ? ["-tags", module.tags] : [])];
    // The lock file makes two runs take turns; whoever comes second links from Go's own cache.
    await go(module, "flock", [
      join(cacheFolder(), "lock"),
      "nice",
      "-n",
      "19",
      "go",
      "build",
      ...flags,
      "-o",
      `${workplace}/`,
      ...paths,
    ]);
    for (const command of commands) await rename(join(workplace, command), join(folder, command));
  } finally {
    await rm(workplace, { recursive: true, force: true });
  }
  say(`built ${name} in ${secondsSince(started)}`);
}

/** Removes what builds left that were killed. */
async function sweepWorkplaces(folder: string): Promise<void> {
  for (const entry of await readdir(folder)) {
    const pid = entry.match(/^building-(\d+)-/)?.[1];
    if (pid !== undefined && (await startTimeOf(Number(pid))) === undefined) {
      await rm(join(folder, entry), { recursive: true, force: true });
    }
  }
}

function pathOf(name: string, module: GoModule, command: string): string {
  const path = module.commands[command];
  if (path === undefined) throw new Error(`${name} has no ${command}, only ${Object.keys(module.commands).join(", ")}`);
  return path;
}

async function linkerFlags(module: GoModule): Promise<string> {
  if (module.version === undefined) return "-s -w";
  const version = await go(module, "go", ["list", "-m", "-f", "{{.Version}}", module.version.module]);
  const variables = Object.entries(module.version.variables(version.trim()));
  return ["-s -w", ...variables.map(([variable, value]) => `-X ${variable}=${value}`)].join(" ");
}

async function go(module: GoModule, command: string, args: readonly string[]): Promise<string> {
  await findCommand("go", "golang-go (or go.dev/dl for a newer one)");
  const env = { ...process.env, ...ENVIRONMENT };
  const { stdout } = await promisify(execFile)(command, args, { cwd: module.folder, env, maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}
