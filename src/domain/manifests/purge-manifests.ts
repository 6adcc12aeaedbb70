/**
 * Agents that remove a Stock's images instead of pulling them: as those of the method cri, with `larder remove` in their init container.
 * They are there for minutes and for nodes that are known, so what tells nodes apart may be their names.
 */
import type { AgentNeed } from "../cluster/agent-need.ts";
import type { ApiObject } from "../cluster/api-object.ts";
import { formatAffinity, narrowed } from "../cluster/node-affinity.ts";
import type { NodeGroup } from "../cluster/node-groups.ts";
import { matchesRequirement } from "../cluster/node-selector.ts";
import { LISTS, rootContainer, sharedMounts, sharedVolumes, TERMINATION_MESSAGE } from "./agent-containers.ts";
import { accountManifests, agentAnnotations, agentPod, partName } from "./agent-daemon-sets.ts";
import { type AgentPart, agentParts } from "./agent-lists.ts";
import { agentsNamespaceOf } from "./agents-namespace.ts";
import { daemonSet } from "./daemon-set.ts";
import { stockLabels } from "./labels.ts";
import { namespaceManifests } from "./namespaces.ts";
import { objectName } from "./object-name.ts";
import type { StockPlan } from "./stock-plan.ts";

/** The one init container; by it these pods are known. */
export const REMOVE_CONTAINER = "remove-0";

/**
 * @param plan of the method cri, with the images that shall go
 * @param keep images that stay, as written, whatever other names they have
 * @returns the objects in the order in which they are applied
 */
export function purgeManifests(plan: StockPlan, keep: readonly string[]): readonly ApiObject[] {
  const parts = agentParts(plan.stock, []);
  return [
    ...namespaceManifests(plan),
    ...parts.map((part) => listsManifest(plan, part, keep)),
    ...(plan.hasSecurityContextConstraints ? accountManifests(plan) : []),
    ...plan.agentGroups.flatMap((group) => parts.map((part) => removingDaemonSet(plan, group, part))),
  ];
}

/** The nodes that get such an agent, each with the list that it has. */
export function purgedNodes(plan: StockPlan): ReadonlyMap<string, readonly string[]> {
  const parts = agentParts(plan.stock, []);
  const nodes = new Map<string, readonly string[]>();
  for (const { name, labels } of plan.agentGroups.flatMap((group) => group.nodes)) {
    const part = parts.find(({ requirements }) => requirements.every((one) => matchesRequirement(labels, one)));
    if (part !== undefined) nodes.set(name, imagesOf(part));
  }
  return nodes;
}

function removingDaemonSet(plan: StockPlan, group: NodeGroup<AgentNeed>, part: AgentPart): ApiObject {
  const { stock } = plan;
  const identity = {
    name: objectName(stock.name, "purge", group.name, ...partName(part)),
    namespace: agentsNamespaceOf(stock.namespace),
    stock: stock.name,
    role: "agent",
    group: [group.name, ...partName(part)].join("-"),
  } as const;
  return daemonSet(identity, {
    images: { [REMOVE_CONTAINER]: imagesOf(part) },
    annotations: agentAnnotations(plan),
    spec: agentPod(plan, group.need, {
      affinity: formatAffinity(narrowed({ ...plan.affinity, names: namesOf(plan, group) }, part.requirements)),
      initContainers: [removeContainer(plan, group.need)],
      volumes: sharedVolumes(group.need, listsName(plan, part)),
    }),
  });
}

/** A label that told nodes apart may be one that Larder set, and takes away. */
function namesOf({ agentGroups, affinity }: StockPlan, { nodes }: NodeGroup<AgentNeed>): readonly string[] {
  return agentGroups.length === 1 ? affinity.names : nodes.map(({ name }) => name);
}

function removeContainer(plan: StockPlan, need: AgentNeed): object {
  return {
    name: REMOVE_CONTAINER,
    image: plan.agentImage,
    imagePullPolicy: "IfNotPresent",
    args: [
      "remove",
      "--exit-zero",
      `--termination-message=${TERMINATION_MESSAGE}`,
      `--cri-socket=${need.socket}`,
      `--image-list-file=${LISTS}/remove.txt`,
      `--keep-list-file=${LISTS}/keep.txt`,
    ],
    env: [{ name: "NODE_NAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } }],
    resources: { requests: { cpu: "10m", memory: "32Mi" } },
    securityContext: rootContainer(need),
    terminationMessagePath: TERMINATION_MESSAGE,
    volumeMounts: sharedMounts(need),
  };
}

function listsManifest(plan: StockPlan, part: AgentPart, keep: readonly string[]): ApiObject {
  const list = (images: readonly string[]): string => images.map((image) => `${image}\n`).join("");
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      name: listsName(plan, part),
      namespace: agentsNamespaceOf(plan.stock.namespace),
      labels: stockLabels(plan.stock.name),
    },
    data: { "remove.txt": list(imagesOf(part)), "keep.txt": list(keep) },
  };
}

function listsName({ stock }: StockPlan, part: AgentPart): string {
  return objectName(stock.name, "purge-lists", ...partName(part));
}

function imagesOf({ batches }: AgentPart): readonly string[] {
  return batches.flatMap(({ images }) => images.map(({ reference }) => reference.written));
}
