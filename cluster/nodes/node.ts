/** A node on disk: what is known of it while it is stopped. Its disk outlives stops, and so do its number and settings. */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Cluster } from "../folder.ts";
import { FIRST_NODE, LAST_NODE } from "../network/addresses.ts";
import { defaultSettings, type NodeSettings, usualSockets } from "./settings.ts";

export interface Node {
  readonly name: string;
  /** Last part of its address. */
  readonly number: number;
  readonly settings: NodeSettings;
  /** Folder on the host with its disk, its /run and its configuration. */
  readonly folder: string;
}

/** A new node's number is the lowest that is free; one that was there before keeps number, disk and settings. */
export async function prepareNode(
  cluster: Cluster,
  name: string,
  changes: Partial<NodeSettings> | undefined,
): Promise<Node> {
  if (!/^[a-z0-9-]{1,30}$/.test(name)) throw new Error(`${name} cannot name a node: use a-z, 0-9 and hyphens`);
  const known = await readNode(cluster, name).catch(() => undefined);
  if (known !== undefined && changes === undefined) return known;
  const settings = { ...(known?.settings ?? defaultSettings), ...changes };
  const folder = join(cluster.path, "nodes", name);
  const node = { name, settings, folder, number: known?.number ?? (await takeNumber(cluster, name)) };
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "node.json"), JSON.stringify(node));
  return node;
}

/** @throws if there is no such node */
export async function readNode(cluster: Cluster, name: string): Promise<Node> {
  const text = await readFile(join(cluster.path, "nodes", name, "node.json"), "utf8").catch(() => undefined);
  if (text === undefined) throw new Error(`there is no node ${name}`);
  return JSON.parse(text) as Node;
}

export async function forgetNode(cluster: Cluster, node: Node): Promise<void> {
  await rm(node.folder, { recursive: true, force: true });
  await rm(numberFile(cluster, node.number), { force: true });
}

/** Names of nodes' first processes among the cluster's daemons end so. */
export const HOLDER_SUFFIX = ".node";

/** Name of the node's first process among the cluster's daemons. */
export function holderOf(node: Node): string {
  return `${node.name}${HOLDER_SUFFIX}`;
}

/** Path of the socket as the kubelet and Larder know it, inside the node. */
export function socketOf(node: Node): string {
  return node.settings.socket === "" ? usualSockets[node.settings.runtime] : node.settings.socket;
}

/** Where the host finds a path of the node that is on its disk or in /run; a runtime's mounts are not to be seen there. */
export function onHost(node: Node, path: string): string {
  const inside = path.replace(/^\/var\/run\//, "/run/");
  return inside.startsWith("/run/") ? join(node.folder, inside) : join(node.folder, "disk", inside);
}

/** Nodes that are started at the same moment must not take the same number, hence files that only one can make. */
async function takeNumber(cluster: Cluster, name: string): Promise<number> {
  for (let number = FIRST_NODE; number <= LAST_NODE; number += 1) {
    const taken = await writeFile(numberFile(cluster, number), name, { flag: "wx" }).then(
      () => true,
      () => false,
    );
    if (taken) return number;
  }
  throw new Error(`a cluster has room for ${LAST_NODE - FIRST_NODE + 1} nodes`);
}

function numberFile(cluster: Cluster, number: number): string {
  return join(cluster.path, "numbers", String(number));
}
