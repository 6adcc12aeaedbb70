/** What an agent needs of its node, and which nodes can share a DaemonSet of agents. */
import { createHash } from "node:crypto";
import { fail, ok, type Result } from "../result.ts";
import { parseSocketPath } from "../runtime/sockets.ts";
import type { DetectedFlavor } from "./detect-flavor.ts";
import { type Flavor, GENERIC_FLAVOR } from "./flavor.ts";
import type { NodeFacts } from "./node-facts.ts";
import { type Grouping, type GroupingOptions, groupNodes, type NodeNeed } from "./node-groups.ts";
import { type PluginPlace, pluginPlaceOf } from "./plugin-place.ts";

export interface AgentNeed {
  readonly flavor: Flavor;
  /** Absolute path of the runtime's socket on the node. */
  readonly socket: string;
  readonly plugins?: PluginPlace;
}

/** @returns what an agent on a node needs, or why there can be none, as a sentence */
function agentNeedOf(flavor: Flavor, node: NodeFacts): Result<AgentNeed, string> {
  if (flavor.agentsRefused !== undefined) {
    const because = flavor.agentsRefused;
    return fail(`Agents cannot run on ${node.name} (${flavor.title}): ${because}. The method kubelet needs none.`);
  }
  const socket = socketOf(flavor, node);
  if (socket === undefined) {
    const runtime = node.runtime.name === "" ? "a runtime that it does not name" : node.runtime.name;
    return fail(`The runtime's socket on node ${node.name} is not known: it runs ${runtime} (${flavor.title}).`);
  }
  const plugins = pluginPlaceOf(flavor, node);
  return ok({ flavor, socket, ...(plugins && { plugins }) });
}

/**
 * @param detected the flavors of all nodes that are meant; a flavor that a person named may have no node yet
 * @returns the groups of nodes that need other agents, or why some cannot have any, as a sentence
 */
export function agentGroupsOf(
  detected: readonly DetectedFlavor[],
  options: Omit<GroupingOptions, "restName">,
): Result<Grouping<AgentNeed>, string> {
  const needs = new Map<NodeFacts, NodeNeed<AgentNeed>>();
  for (const { flavor, nodes } of detected) {
    for (const node of nodes) {
      const need = agentNeedOf(flavor, node);
      if (!need.ok) return need;
      needs.set(node, { name: nameOf(need.value), need: need.value });
    }
  }
  if (needs.size === 0) return groupForNoNode(detected[0]?.flavor);
  return groupNodes([...needs.keys()], (node) => known(needs.get(node)), options);
}

function groupForNoNode(flavor: Flavor | undefined): Result<Grouping<AgentNeed>, string> {
  const [socket] = flavor?.sockets ?? [];
  if (flavor === undefined || socket === undefined) {
    return fail("There is no node yet that shows where the runtime's socket is; --flavor names the distribution.");
  }
  const need = { flavor, socket: socket.path };
  const group = { name: nameOf(need), need, requirements: [], nodes: [], because: "There is no node yet." };
  return ok({ groups: [group], labels: new Map() });
}

/** Readable, and the same for the same need: `kubeadm-containerd-1f0c2a`. */
function nameOf({ flavor, ...places }: AgentNeed): string {
  return `${flavor.id}-${createHash("sha256").update(JSON.stringify(places)).digest("hex").slice(0, 6)}`;
}

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("a node without a need");
  return value;
}

/** How the kubelet names what listens on a socket. */
const runtimeNames = { containerd: "containerd", "CRI-O": "cri-o", "cri-dockerd": "docker" } as const;

/** Older versions of kubeadm write the socket down on the node; no distribution contradicts them. */
const SOCKET_ANNOTATION = "kubeadm.alpha.kubernetes.io/cri-socket";

function socketOf({ sockets }: Flavor, { runtime, annotations }: NodeFacts): string | undefined {
  const written = annotations.get(SOCKET_ANNOTATION);
  const parsed = written === undefined ? undefined : parseSocketPath(written);
  if (parsed?.ok === true) return parsed.value;
  const all = [...sockets, ...GENERIC_FLAVOR.sockets];
  return all.find((socket) => runtimeNames[socket.runtime] === runtime.name)?.path;
}
