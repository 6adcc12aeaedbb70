import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { binaries } from "../../../cluster/binaries/build.ts";
import { adminKubeconfig } from "../../../cluster/folder.ts";
import { cluster } from "./cluster.ts";

/**
 * kubectl as the cluster's admin.
 * @returns what it says on standard output
 * @throws with what it says on standard error
 */
export async function kubectl(args: readonly string[], input?: string): Promise<string> {
  const command = join(await binaries("1.35", ["kubectl"]), "kubectl");
  const settings = [`--kubeconfig=${adminKubeconfig(cluster)}`, `--cache-dir=${join(cluster.path, "kubectl")}`];
  const child = spawn(command, [...settings, ...args], { stdio: ["pipe", "pipe", "pipe"], timeout: 60_000 });
  child.stdin.end(input);
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  if (code !== 0) throw new Error(`kubectl ${args.join(" ")}: ${stderr}`);
  return stdout;
}
