import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Cluster } from "../folder.ts";
import { writeRegistryHosts } from "../nodes/containerd.ts";
import { holderOf, type Node } from "../nodes/node.ts";
import { isRunning, stopDaemon } from "../processes/daemon.ts";
import { startInside } from "../processes/holder.ts";
import { bundleProgram } from "../processes/program.ts";
import { waitUntil } from "../processes/wait-until.ts";
import { GATEWAY, LOCKED_REGISTRY, OPEN_REGISTRY } from "./addresses.ts";

const FIRST_PORT = 5_010;

/**
 * Lets the node's runtime reach the registries through a proxy that delays, from the next pull on.
 * @param delayMs of each byte in each direction; 0 for no proxy
 */
export async function delayRegistries(cluster: Cluster, node: Node, delayMs: number): Promise<void> {
  const name = `${node.name}.delay`;
  if (await isRunning(cluster, name)) await stopDaemon(cluster, name, "SIGKILL");
  if (delayMs === 0) return await writeRegistryHosts(node);
  const registries = [OPEN_REGISTRY, LOCKED_REGISTRY];
  const forwards = registries.map((registry, index) => ({
    listen: FIRST_PORT + index,
    host: GATEWAY,
    port: Number(registry.split(":")[1]),
  }));
  const plan = join(node.folder, "delay.json");
  const ready = `${plan}.ready`;
  await rm(ready, { force: true });
  await writeFile(plan, JSON.stringify({ delayMs, forwards }));
  await startInside(cluster, holderOf(node), ["net", "pid"], {
    name,
    command: process.execPath,
    args: [await bundleProgram(cluster, "delay-proxy"), plan, ready],
  });
  await waitUntil(cluster, { what: `the proxy of ${node.name}`, seconds: 20, daemon: name }, () => existsSync(ready));
  await writeRegistryHosts(
    node,
    Object.fromEntries(registries.map((registry, index) => [registry, `127.0.0.1:${FIRST_PORT + index}`])),
  );
}
