/** The cable between a node and the bridge: plugged in, pulled out, or narrow. */
import type { Cluster } from "../folder.ts";
import { holderOf, type Node } from "../nodes/node.ts";
import { inside } from "../processes/holder.ts";
import { run } from "../processes/run.ts";
import { GATEWAY, nodeAddress, podRange } from "./addresses.ts";

/** Plugs a node that has just been started into the bridge. */
export async function plugIn(cluster: Cluster, node: Node, holder: number): Promise<void> {
  const end = cableOf(node);
  const address = nodeAddress(node.number);
  await ip(cluster, "control-plane", [
    `link add ${end} type veth peer name eth0 netns ${holder}`,
    `link set ${end} master nodes up`,
    `route replace ${podRange(node.number)} via ${address}`,
  ]);
  await ip(cluster, holderOf(node), [
    `address add ${address}/24 dev eth0`,
    "link set eth0 up",
    "link set lo up",
    `route add default via ${GATEWAY}`,
  ]);
}

/** The cable is gone at once, if there is one; otherwise it would vanish some time after the node's last process. */
export async function pullOut(cluster: Cluster, node: Node): Promise<void> {
  await ip(cluster, "control-plane", [`link delete ${cableOf(node)}`]).catch(() => {});
}

/** Cuts a node off from everything, while it runs on. */
export async function cutOff(cluster: Cluster, node: Node): Promise<void> {
  await ip(cluster, "control-plane", [`link set ${cableOf(node)} down`]);
}

export async function bringBack(cluster: Cluster, node: Node): Promise<void> {
  await ip(cluster, "control-plane", [`link set ${cableOf(node)} up`]);
}

/**
 * Limits what the node can download; other nodes and the control plane are not slowed down.
 * @param rate as tc writes it, for example `8mbit`; undefined for no limit
 */
export async function limitRate(cluster: Cluster, node: Node, rate: string | undefined): Promise<void> {
  const end = cableOf(node);
  const tc = async (...args: string[]): Promise<string> => {
    const [command = "", ...rest] = await inside(cluster, "control-plane", ["net"], ["tc", "qdisc", ...args]);
    return run(command, rest);
  };
  if (rate !== undefined)
    await tc("replace", "dev", end, "root", "tbf", "rate", rate, "burst", "64kb", "latency", "400ms");
  else if ((await tc("show", "dev", end)).includes("tbf")) await tc("delete", "dev", end, "root");
}

function cableOf(node: Node): string {
  return `node${node.number}`;
}

async function ip(cluster: Cluster, holder: string, commands: readonly string[]): Promise<void> {
  const [command = "", ...args] = await inside(cluster, holder, ["net"], ["ip", "-batch", "-"]);
  await run(command, args, `${commands.join("\n")}\n`);
}
