// Runs a TypeScript program of this project: node tools/run-typescript.mjs FILE [ARGUMENT]…
// It is bundled first, since Node 20 reads no TypeScript and the #imports end in .ts; nothing of the bundle stays behind.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

const [file] = process.argv.splice(2, 1);
const folder = mkdtempSync(join(tmpdir(), "larder-run-"));
const outfile = join(folder, "program.mjs");
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

await build({
  entryPoints: [file],
  outfile,
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  mainFields: ["module", "main"],
  sourcemap: "inline",
  logLevel: "warning",
  banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
});
process.setSourceMapsEnabled(true);
await import(pathToFileURL(outfile).href);
