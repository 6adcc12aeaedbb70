import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));

/**
 * Compares text with the file `test/golden/NAME`. `UPDATE_GOLDEN=1 npx vitest run …` writes the file instead; the
 * difference is then read in review. A file that is absent fails.
 */
export function expectGolden(name: string, text: string): void {
  expectFresh(join("test/golden", name), text);
}

/** The same for any file that is committed and made by code, for example a schema. The path starts at the project's root. */
export function expectFresh(path: string, text: string): void {
  const file = join(root, path);
  if (process.env["UPDATE_GOLDEN"] === "1") {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  expect(text, `${path} is not what the code makes (UPDATE_GOLDEN=1 rewrites it)`).toBe(readGolden(path, file));
}

function readGolden(path: string, file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw new Error(`${path} does not exist: run the test once with UPDATE_GOLDEN=1 and read what it wrote`);
  }
}
