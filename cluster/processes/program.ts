import { randomUUID } from "node:crypto";
import { rename } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Cluster } from "../folder.ts";

/** Programs of the kit that run inside of nodes. */
export type Program = "crio-proxy" | "delay-proxy";

/** Bundles one into the cluster's folder, since a node does not see the project's. @returns its path */
export async function bundleProgram(cluster: Cluster, program: Program): Promise<string> {
  const path = join(cluster.path, `${program}.mjs`);
  const unfinished = `${path}.${randomUUID()}`;
  await build({
    entryPoints: [fileURLToPath(new URL(`../${program}/main.ts`, import.meta.url))],
    outfile: unfinished,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    sourcemap: "inline",
    logLevel: "warning",
  });
  await rename(unfinished, path);
  return path;
}
