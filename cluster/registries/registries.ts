/** Two real registries (docker-registry) over one store: one asks nobody for a name, one wants alice's or bob's password. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { findCommand } from "../../test/kit/run/find-command.ts";
import type { Cluster } from "../folder.ts";
import { startForward } from "../network/forward.ts";
import { startInside } from "../processes/holder.ts";
import { waitUntil } from "../processes/wait-until.ts";

/** Who may read the locked registry. They are made for tests and open nothing else. */
export const accounts = { alice: "wonder", bob: "builder" } as const;

/** Starts both and waits until they answer. Their logs have a line for every request, with the node's address. */
export async function startRegistries(cluster: Cluster): Promise<void> {
  await mkdir(join(cluster.path, "registry"));
  const passwords = await writePasswords(join(cluster.path, "htpasswd"));
  await Promise.all([
    startRegistry(cluster, "open", 5000, cluster.ports.open, {}),
    startRegistry(cluster, "locked", 5001, cluster.ports.locked, { htpasswd: { realm: "larder", path: passwords } }),
  ]);
}

async function startRegistry(
  cluster: Cluster,
  name: string,
  port: number,
  hostPort: number,
  auth: object,
): Promise<void> {
  const config = join(cluster.path, `registry-${name}.yml`);
  const settings = {
    version: 0.1,
    log: { level: "warn" },
    storage: { filesystem: { rootdirectory: join(cluster.path, "registry") }, delete: { enabled: true } },
    http: { addr: `0.0.0.0:${port}`, secret: "both serve one store" },
    ...(Object.keys(auth).length > 0 && { auth }),
  };
  // JSON is YAML, too.
  await writeFile(config, JSON.stringify(settings, null, 2));
  const daemon = `registry-${name}`;
  const command = await findCommand("docker-registry", "docker-registry");
  await startInside(cluster, "control-plane", ["net", "pid"], { name: daemon, command, args: ["serve", config] });
  await startForward(cluster, daemon, hostPort, port);
  const answers = async (): Promise<boolean> => {
    const answer = await fetch(`http://127.0.0.1:${hostPort}/v2/`, { signal: AbortSignal.timeout(2_000) });
    return [200, 401].includes(answer.status);
  };
  await waitUntil(cluster, { what: `an answer of ${daemon}`, seconds: 20, daemon }, answers);
}

/** docker-registry takes bcrypt only; its lowest cost is plenty for a test. */
async function writePasswords(path: string): Promise<string> {
  const htpasswd = await findCommand("htpasswd", "apache2-utils");
  const lines = Object.entries(accounts).map(async ([name, password]) => {
    const child = spawn(htpasswd, ["-niB", "-C", "4", name], { stdio: ["pipe", "pipe", "inherit"] });
    child.stdin.end(password);
    const [line] = await Promise.all([text(child.stdout), once(child, "exit")]);
    return line.trim();
  });
  await writeFile(path, `${(await Promise.all(lines)).join("\n")}\n`, { mode: 0o600 });
  return path;
}
