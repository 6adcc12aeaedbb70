import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { OPEN_REGISTRY } from "../../../cluster/network/addresses.ts";
import { cluster } from "./cluster.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const BUILD_MS = 15 * 60_000;

/**
 * Larder's own image, as nodes name it. It is built and pushed when a tier first asks for it, and with it the program itself, so that both
 * are of the same files; that takes about 40 s on a busy machine. LARDER_AGENT_IMAGE names one that is there already, as `dist` is then.
 */
export async function larderImage(): Promise<string> {
  const given = process.env["LARDER_AGENT_IMAGE"];
  if (given !== undefined) return given;
  // Every test file has a process of its own; what they share is who started them.
  const note = join(cluster.path, `larder-image-${process.ppid}`);
  const known = await readFile(note, "utf8").catch(() => undefined);
  if (known !== undefined) return known;
  const to = `127.0.0.1:${cluster.ports.open}/larder:tests`;
  const { stdout } = await promisify(execFile)("npm", ["run", "--silent", "image", "--", "--to", to, "--plain-http"], {
    cwd: root,
    timeout: BUILD_MS,
  });
  const [digest] = /sha256:[0-9a-f]{64}\s*$/.exec(stdout) ?? [];
  if (digest === undefined) throw new Error(`no digest in what npm run image says: ${stdout}`);
  // A node of a cluster that is kept may have the image of an older program by the same tag.
  const image = `${OPEN_REGISTRY}/larder@${digest.trim()}`;
  await writeFile(note, image);
  return image;
}
