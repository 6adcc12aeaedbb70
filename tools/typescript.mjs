// Lets Node 20 run TypeScript as it lies there: node --import ./tools/typescript.mjs FILE.ts. esbuild takes the types out
// of each file as it is loaded; nothing is bundled, and `import.meta.url` stays the file's own.
import { readFileSync } from "node:fs";
import { register } from "node:module";
import { fileURLToPath } from "node:url";
import { isMainThread } from "node:worker_threads";

if (isMainThread) register(import.meta.url);

/** A hook of node:module, called for every file that is loaded. */
export async function load(url, context, next) {
  if (!url.startsWith("file:") || !url.endsWith(".ts")) return next(url, context);
  const { transform } = await import("esbuild");
  const text = readFileSync(fileURLToPath(url), "utf8");
  const { code } = await transform(text, { loader: "ts", target: "node20", sourcemap: "inline", sourcefile: url });
  return { format: "module", source: code, shortCircuit: true };
}
