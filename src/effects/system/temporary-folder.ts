import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TemporaryFolder } from "#ports/files.ts";

export async function temporaryFolder(): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), "larder-"));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
