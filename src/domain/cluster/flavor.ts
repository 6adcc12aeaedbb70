/**
 * Distributions of Kubernetes, as far as their nodes differ for Larder: where the runtime's socket is, which credential provider plugins
 * the kubelet has, and what a pod must be allowed to reach them. What is known of each lies in data/flavors.json with its sources; here
 * it is read into what Larder uses.
 */
import flavorData from "../../../data/flavors.json" with { type: "json" };
import { flagAt, integerAt, textAt, textsAt, valueAt } from "../json/unknown-value.ts";
import { nearestWord } from "../nearest-word.ts";
import { fail, ok, type Result } from "../result.ts";
import { WELL_KNOWN_SOCKETS, type WellKnownSocket } from "../runtime/sockets.ts";
import { isAtLeast, type NodeFacts } from "./node-facts.ts";

export interface Flavor {
  /** As `--flavor` names it. */
  readonly id: string;
  /** As people call it. */
  readonly title: string;
  /** Sockets of container runtimes, of which a node has one. */
  readonly sockets: readonly WellKnownSocket[];
  /** Where each pod is a machine of its own, there is nothing to stock. */
  readonly runsDaemonSets: boolean;
  /** What stands in the way of agents, as a clause; absent: nothing. Shelves work nevertheless. */
  readonly agentsRefused?: string;
  /** Without it SELinux keeps the agent from the socket. */
  readonly needsPrivileged: boolean;
  /** Security context constraints (OpenShift) decide on each pod: those of agents ask for `privileged`, and users of shelves are given. */
  readonly hasSecurityContextConstraints: boolean;
  /** `spc_t` where the policy of the node has it; absent: the runtime's choice. */
  readonly seLinuxType?: string;
  /** Why agents use the network of their node; absent: they do not. */
  readonly hostNetworkBecause?: string;
  readonly pullQps?: number;
  readonly pullBurst?: number;
}

const HOST_PATH_REFUSED = "its nodes give no pod the runtime's socket";

const all: readonly Flavor[] = flavorData.map(readFlavor);

/** A node of a distribution that is not known, with a runtime that is. */
export const GENERIC_FLAVOR: Flavor = {
  id: "generic",
  title: "unknown distribution",
  sockets: WELL_KNOWN_SOCKETS.filter(({ path }) => /^\/(?:var\/)?run\/(?:containerd|crio|cri-dockerd)\b/.test(path)),
  runsDaemonSets: true,
  needsPrivileged: false,
  hasSecurityContextConstraints: false,
  seLinuxType: "spc_t",
};

/** In the order of data/flavors.json, and `generic` last. */
export const FLAVORS: readonly Flavor[] = [...all, GENERIC_FLAVOR];

/** @returns the flavor that a person names, or why it is none, as a clause that follows the quoted text */
export function findFlavor(id: string): Result<Flavor, string> {
  const found = FLAVORS.find((flavor) => flavor.id === id);
  if (found !== undefined) return ok(found);
  const ids = FLAVORS.map((flavor) => flavor.id);
  const meant = nearestWord(id, ids);
  return fail(`is not known${meant === undefined ? `; known are ${ids.join(", ")}` : ` (did you mean ${meant}?)`}`);
}

/**
 * Whether kubelets of this flavor pull one image at a time, if nobody changed their defaults; undefined where nobody knows.
 * AKS changed its default with 1.31.
 */
export function pullsOneAtATime({ id }: Flavor, { kubelet }: Pick<NodeFacts, "kubelet">): boolean | undefined {
  if (id === "aks") return !isAtLeast(kubelet, 1, 31);
  const data = flavorData.find((flavor) => flavor.id === id);
  return flagAt(data, "kubeletDefaults", "serializeImagePulls");
}

function readFlavor(data: unknown): Flavor {
  const needs = valueAt(data, "needs");
  const seLinuxType = textAt(needs, "seLinuxType")?.match(/^spc_t\b/)?.[0];
  const hostNetworkBecause = flagAt(needs, "hostNetwork") === true ? textAt(needs, "hostNetworkWhy") : undefined;
  const pullQps = integerAt(data, "kubeletDefaults", "registryPullQPS");
  const pullBurst = integerAt(data, "kubeletDefaults", "registryBurst");
  const isRefused = flagAt(needs, "hostPathSocket") !== true;
  return {
    id: textAt(data, "id") ?? "",
    title: textAt(data, "title") ?? "",
    sockets: textsAt(data, "criSocket").flatMap(wellKnownSocket),
    runsDaemonSets: flagAt(data, "runsDaemonSets") === true,
    ...(isRefused && { agentsRefused: textAt(needs, "allowlist") ?? HOST_PATH_REFUSED }),
    needsPrivileged: flagAt(needs, "privileged") === true,
    hasSecurityContextConstraints: textAt(needs, "scc") !== undefined,
    ...(seLinuxType !== undefined && { seLinuxType }),
    ...(hostNetworkBecause !== undefined && { hostNetworkBecause }),
    ...(pullQps !== undefined && { pullQps }),
    ...(pullBurst !== undefined && { pullBurst }),
  };
}

/** The data says in words when a socket is used: `/run/x.sock (docker)`. One that is not well known serves no Version call. */
function wellKnownSocket(text: string): readonly WellKnownSocket[] {
  const [path = ""] = text.split(" ");
  return WELL_KNOWN_SOCKETS.filter((socket) => socket.path === path);
}
