// Runs the fast tier and a smoke of dist/ on the other Node lines (test/nodes/package.json), each by its own binary.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

execFileSync("npm", ["ci", "--prefix", "test/nodes"], { stdio: "inherit" });
let failed = false;
for (const line of ["22", "24"]) {
  const node = resolve(`test/nodes/node_modules/node-${line}/bin/node`);
  console.log(`\nNode ${line}: ${execFileSync(node, ["--version"], { encoding: "utf8" }).trim()}`);
  const vitest = [
    "node_modules/vitest/vitest.mjs",
    "run",
    "--project",
    "fast",
    "--reporter=default",
    "--reporter=json",
  ];
  const tests = spawnSync(node, [...vitest, `--outputFile.json=.test-results/node-${line}.json`], { stdio: "inherit" });
  failed ||= tests.status !== 0 || !smoke(node);
}
process.exitCode = failed ? 1 : 0;

/** The built program as it is shipped: it starts, and does its job on the embedded parts. */
function smoke(node) {
  const folder = mkdtempSync(join(tmpdir(), "larder-smoke-"));
  const demo = spawnSync(node, [resolve("dist/larder.js"), "demo"], { cwd: folder, encoding: "utf8" });
  rmSync(folder, { recursive: true });
  console.log(demo.status === 0 ? "demo: ok" : `demo ended ${demo.status}\n${demo.stdout}${demo.stderr}`);
  return demo.status === 0;
}
