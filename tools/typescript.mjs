// Lets Node run TypeScript that is no part of a build: node --import ./tools/typescript.mjs FILE.ts
// Types are taken away by esbuild; `#imports` are Node's own. The file is its own hook, which Node runs in a thread beside.
import { readFile } from "node:fs/promises";
import { register } from "node:module";
import { fileURLToPath } from "node:url";
import { isMainThread } from "node:worker_threads";
import { transform } from "esbuild";

if (isMainThread) register(import.meta.url);

export async function load(url, context, next) {
  if (!url.endsWith(".ts")) return next(url, context);
  const source = await readFile(fileURLToPath(url), "utf8");
  const { code } = await transform(source, { loader: "ts", target: "node20.19", sourcemap: "inline" });
  return { format: "module", source: code, shortCircuit: true };
}
