/**
 * Where a node keeps the credential provider plugins of its kubelet. Agents see the same files at the same paths, since the config names
 * the programs' folder only implicitly and the programs look for files of their own.
 *
 * Only places that are certain are mounted: a folder that is not there would keep the pod from starting, or be made on the node.
 */

import flavorData from "../../../data/flavors.json" with { type: "json" };
import { textAt, valueAt } from "../json/unknown-value.ts";
import type { Flavor } from "./flavor.ts";
import { isAtLeast, type NodeFacts } from "./node-facts.ts";

export interface PluginPlace {
  readonly config: string;
  readonly binDir: string;
}

type Certain = (node: NodeFacts) => boolean;

/** Since when nodes of a flavor have the plugins without anybody's doing (`since` in the data). */
const certainOf: Readonly<Record<string, Certain>> = {
  gke: ({ kubelet }) => isAtLeast(kubelet, 1, 26),
  "eks-al2023": () => true,
  aks: ({ kubelet }) => isAtLeast(kubelet, 1, 30),
  openshift: hasOpenShiftPlugin,
  rosa: hasOpenShiftPlugin,
  aro: hasOpenShiftPlugin,
};

/** @returns undefined: the flavor has none, or whether this node has them depends on who made it */
export function pluginPlaceOf(flavor: Flavor, node: NodeFacts): PluginPlace | undefined {
  if (certainOf[flavor.id]?.(node) !== true) return undefined;
  const data = flavorData.find(({ id }) => id === flavor.id);
  const config = textAt(valueAt(data, "credentialProviderConfig"), "path");
  const binDir = textAt(valueAt(data, "credentialProviderBinDir"), "path");
  if (config === undefined || binDir === undefined) return undefined;
  // OpenShift has one of three, by the cloud.
  return { config: config.replace(/\{.*\}/, openShiftPlugin(node)?.name ?? ""), binDir };
}

/** OpenShift 4.14 (Kubernetes 1.27) brings that of AWS, 4.16 (1.29) the others; on bare metal there is none. */
const openShiftPlugins = [
  { prefix: "aws://", name: "ecr", since: 27 },
  { prefix: "gce://", name: "gcr", since: 29 },
  { prefix: "azure://", name: "acr", since: 29 },
] as const;

function hasOpenShiftPlugin(node: NodeFacts): boolean {
  return openShiftPlugin(node) !== undefined;
}

function openShiftPlugin({ providerID, kubelet }: NodeFacts): (typeof openShiftPlugins)[number] | undefined {
  return openShiftPlugins.find(({ prefix, since }) => providerID.startsWith(prefix) && isAtLeast(kubelet, 1, since));
}
