/** docker-registry 2.8 (Debian package docker-registry) on a port of its own, its blobs and configuration in the run folder. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { SecretText } from "#domain/credentials/secret-text.ts";
import { findCommand } from "../../kit/run/find-command.ts";
import { freePort } from "../../kit/run/free-port.ts";
import { type Part, startPart } from "./process.ts";
import type { RunFolder } from "./run-folder.ts";

export interface DockerRegistryOptions {
  /** Several registries in one run need different names. @default "registry" */
  readonly name?: string;
  /** With accounts every request needs one of them (htpasswd); without, none. */
  readonly accounts?: readonly { readonly username: string; readonly password: SecretText }[];
}

export interface DockerRegistry {
  /** As it stands in image references: `127.0.0.1:PORT`. */
  readonly host: string;
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Path of the log file, with one line per request. */
  readonly log: string;
  stop(): Promise<void>;
  /** SIGKILL, connections and all. */
  kill(): Promise<void>;
  /** After `stop` or `kill`: the same port, accounts and blobs. */
  startAgain(): Promise<void>;
}

export async function startDockerRegistry(
  folder: RunFolder,
  options: DockerRegistryOptions = {},
): Promise<DockerRegistry> {
  const name = options.name ?? "registry";
  const host = `127.0.0.1:${await freePort()}`;
  const url = `http://${host}`;
  const home = join(folder.path, name);
  await mkdir(home);
  const passwords = options.accounts && (await writePasswords(join(home, "htpasswd"), options.accounts));
  const config = join(home, "config.yml");
  // JSON is YAML, too.
  await writeFile(config, JSON.stringify(configuration(host, home, passwords), null, 2));
  const start = (): Promise<Part> =>
    startPart(folder, {
      name,
      command: "docker-registry",
      args: ["serve", config],
      debianPackage: "docker-registry",
      ready: async (signal) => [200, 401].includes((await fetch(`${url}/v2/`, { signal })).status),
    });
  let part = await start();
  return {
    host,
    url,
    log: part.log,
    stop: () => part.stop(),
    kill: () => part.kill(),
    startAgain: async () => {
      part = await start();
    },
  };
}

function configuration(host: string, home: string, passwords: string | undefined): object {
  return {
    version: 0.1,
    log: { level: "info", formatter: "text" },
    storage: { filesystem: { rootdirectory: join(home, "blobs") }, delete: { enabled: true } },
    http: { addr: host, secret: "one registry alone needs no shared secret" },
    ...(passwords !== undefined && { auth: { htpasswd: { realm: "larder", path: passwords } } }),
  };
}

/** docker-registry takes bcrypt only; its lowest cost is plenty for a test. The password goes in by standard input. */
async function writePasswords(
  path: string,
  accounts: readonly { readonly username: string; readonly password: SecretText }[],
): Promise<string> {
  const htpasswd = await findCommand("htpasswd", "apache2-utils");
  const lines: string[] = [];
  for (const { username, password } of accounts) {
    const child = spawn(htpasswd, ["-niB", "-C", "4", username], { stdio: ["pipe", "pipe", "inherit"] });
    child.stdin.end(password.reveal());
    const [line] = await Promise.all([text(child.stdout), once(child, "exit")]);
    if (child.exitCode !== 0) throw new Error(`htpasswd ended with exit code ${child.exitCode}`);
    lines.push(line.trim());
  }
  await writeFile(path, `${lines.join("\n")}\n`, { mode: 0o600 });
  return path;
}
