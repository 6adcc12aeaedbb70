import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { runToEnd } from "../program.ts";

/** Versions and binaries: this Node, and those that `npm run test:nodes` has installed. */
export async function nodeLines(): Promise<readonly (readonly [version: string, binary: string])[]> {
  const others = ["node-22", "node-24"].map((name) =>
    fileURLToPath(new URL(`../../test/nodes/node_modules/${name}/bin/node`, import.meta.url)),
  );
  const lines: (readonly [string, string])[] = [];
  for (const binary of [process.execPath, ...others.filter((path) => existsSync(path))]) {
    const { stdout } = await runToEnd({ command: binary, args: ["--version"] });
    lines.push([stdout.trim().replace("v", ""), binary]);
  }
  return lines;
}
