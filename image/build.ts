/**
 * Larder's own image, built without Docker: three folders become three layers. What the image depends on is the files of
 * this project, the Node.js package pinned in image/node/package.json, and the Debian packages of this machine, which the image
 * names in /var/lib/dpkg/status.d; the same of these gives the same digest.
 */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { assembleImage, type Image, type LayerBytes } from "#embedded/images/image.ts";
import { layerTar } from "#embedded/images/layer-tar.ts";
import { layOutAgent } from "./agent.ts";
import { readLayerFolder } from "./layer-folder.ts";
import { imageSettings, LAYERS } from "./settings.ts";

const run = promisify(execFile);

export interface BuiltImage {
  readonly image: Image;
  /** In the order of the image's layers. */
  readonly layers: readonly BuiltLayer[];
}

export interface BuiltLayer extends LayerBytes {
  readonly name: string;
  /** Bytes of all its files. */
  readonly unpackedBytes: number;
}

/** Lays out the folders `base`, `node` and `agent` in a folder. `dist/` must be built; Debian's gcc and binutils be there. */
export async function layOut(folder: string, signal: AbortSignal): Promise<void> {
  if (!(await hasPinnedNode())) await run("npm", ["ci", "--prefix", "image/node"], { signal });
  await run("sh", ["image/collect.sh", "image/node/node_modules/node/bin/node", folder], { signal });
  await layOutAgent(join(folder, "agent"));
}

async function hasPinnedNode(): Promise<boolean> {
  const versionIn = async (file: string): Promise<unknown> => {
    const { packages } = JSON.parse(await readFile(file, "utf8")) as {
      packages: Record<string, { version?: string } | undefined>;
    };
    return packages["node_modules/node"]?.version;
  };
  const [pinned, installed] = await Promise.all([
    versionIn("image/node/package-lock.json"),
    // npm's own note of what it has installed.
    versionIn("image/node/node_modules/.package-lock.json").catch(() => undefined),
  ]);
  return installed === pinned;
}

/** @param folder has a folder for each layer */
export async function buildImage(folder: string, signal: AbortSignal): Promise<BuiltImage> {
  const layers = await Promise.all(LAYERS.map((name) => buildLayer(folder, name, signal)));
  const { version } = JSON.parse(await readFile("package.json", "utf8")) as { version: string };
  return { image: assembleImage({ layers, settings: imageSettings(version) }), layers };
}

async function buildLayer(folder: string, name: string, signal: AbortSignal): Promise<BuiltLayer> {
  const entries = await readLayerFolder(join(folder, name));
  const tar = await layerTar(entries);
  const unpackedBytes = entries.reduce((sum, entry) => sum + (entry.kind === "file" ? entry.content.length : 0), 0);
  return { name, tar, gzip: await gzipOf(tar, signal), unpackedBytes };
}

/**
 * GNU gzip, since what zlib makes of the same bytes differs between versions of Node.js and kinds of processors, while
 * gzip's output has been the same for decades.
 */
async function gzipOf(bytes: Uint8Array, signal: AbortSignal): Promise<Uint8Array> {
  const gzip = spawn("gzip", ["--no-name", "-6"], { stdio: ["pipe", "pipe", "inherit"], signal });
  const [packed] = await Promise.all([buffer(gzip.stdout), once(gzip, "close"), pipeline([bytes], gzip.stdin)]);
  if (gzip.exitCode !== 0) throw new Error(`gzip ended with ${gzip.exitCode ?? gzip.signalCode}`);
  return packed;
}
