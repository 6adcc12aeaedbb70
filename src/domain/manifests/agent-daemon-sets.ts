/**
 * Agents: pods that pull over the runtime's socket, as root, in init containers, and then idle next to nothing. One DaemonSet for each
 * group of nodes and architecture that images name. They have no token, open no port and send nothing anywhere.
 */
import { createHash } from "node:crypto";
import type { AgentNeed } from "../cluster/agent-need.ts";
import type { ApiObject } from "../cluster/api-object.ts";
import { formatAffinity, narrowed } from "../cluster/node-affinity.ts";
import type { NodeGroup } from "../cluster/node-groups.ts";
import { agentVolumes, fetchContainers } from "./agent-containers.ts";
import { type AgentPart, agentParts, formatList } from "./agent-lists.ts";
import { agentsNamespaceOf } from "./agents-namespace.ts";
import { daemonSet } from "./daemon-set.ts";
import { CONTENT_ANNOTATION, stockLabels } from "./labels.ts";
import { objectName } from "./object-name.ts";
import { idleResources, quietPod, restrictedContainer, restrictedPod } from "./pod-security.ts";
import { secretVersion } from "./secret-copies.ts";
import type { StockPlan } from "./stock-plan.ts";

/** The agents, after what they need: their image lists, and on OpenShift the right to run. */
export function agentManifests(plan: StockPlan): readonly ApiObject[] {
  if (plan.agentGroups.length === 0) return [];
  const parts = agentParts(plan.stock, plan.secrets);
  return [
    ...parts.map((part) => listsManifest(plan, part)),
    ...(plan.hasSecurityContextConstraints ? accountManifests(plan) : []),
    ...plan.agentGroups.flatMap((group) => parts.map((part) => agentDaemonSet(plan, group, part))),
  ];
}

function agentDaemonSet(plan: StockPlan, group: NodeGroup<AgentNeed>, part: AgentPart): ApiObject {
  const { stock } = plan;
  const identity = {
    name: objectName(stock.name, "agent", group.name, ...partName(part)),
    namespace: agentsNamespaceOf(stock.namespace),
    stock: stock.name,
    role: "agent",
    group: [group.name, ...partName(part)].join("-"),
  } as const;
  const images = part.batches.map((batch, index) => {
    return [`fetch-${index}`, batch.images.map(({ reference }) => reference.written)] as const;
  });
  return daemonSet(identity, {
    images: Object.fromEntries(images),
    annotations: {
      [CONTENT_ANNOTATION]: contentOf(part),
      ...agentAnnotations(plan),
    },
    spec: agentPod(plan, group.need, {
      affinity: formatAffinity(narrowed(plan.affinity, [...group.requirements, ...part.requirements])),
      initContainers: fetchContainers(plan, group.need, part),
      volumes: agentVolumes(plan, group.need, part, listsName(plan, part)),
    }),
  });
}

/** What an agent does, and where. */
export interface AgentWork {
  readonly affinity: object;
  readonly initContainers: readonly object[];
  readonly volumes: readonly object[];
}

/** The pod of an agent of any kind: it has no rights in the cluster, and nothing to do after its init containers. */
export function agentPod(plan: StockPlan, need: AgentNeed, work: AgentWork): Readonly<Record<string, unknown>> {
  const { stock, hasSecurityContextConstraints } = plan;
  return {
    ...quietPod,
    ...(hasSecurityContextConstraints && { serviceAccountName: accountName(plan) }),
    ...(need.flavor.hostNetworkBecause !== undefined && { hostNetwork: true }),
    // What plugins ask are names of the node's world, not of the cluster's.
    dnsPolicy: "Default",
    affinity: work.affinity,
    ...(stock.nodes.tolerations.length > 0 && { tolerations: stock.nodes.tolerations }),
    securityContext: { seccompProfile: { type: "RuntimeDefault" } },
    initContainers: work.initContainers,
    containers: [
      {
        name: "idle",
        image: plan.agentImage,
        imagePullPolicy: "IfNotPresent",
        command: ["/larder/idle"],
        resources: idleResources,
        // The privileged constraints of OpenShift fill in no user.
        securityContext: { ...restrictedPod(false), ...restrictedContainer },
      },
    ],
    volumes: work.volumes,
  };
}

/** What a pod must say of itself to be let in. */
export function agentAnnotations({ hasSecurityContextConstraints }: StockPlan): Readonly<Record<string, string>> {
  return hasSecurityContextConstraints ? { "openshift.io/required-scc": "privileged" } : {};
}

function listsManifest(plan: StockPlan, part: AgentPart): ApiObject {
  const lists = part.batches.map((batch, index) => [`fetch-${index}.txt`, formatList(batch)] as const);
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      name: listsName(plan, part),
      namespace: agentsNamespaceOf(plan.stock.namespace),
      labels: stockLabels(plan.stock.name),
    },
    data: Object.fromEntries(lists),
  };
}

function listsName({ stock }: StockPlan, part: AgentPart): string {
  return objectName(stock.name, "lists", ...partName(part));
}

export function partName({ name }: AgentPart): readonly string[] {
  return name === undefined ? [] : [name];
}

/** Init containers run once; another list or password needs another pod. */
function contentOf({ batches }: AgentPart): string {
  const parts = batches.map((batch) => [formatList(batch), ...batch.secrets.map((one) => secretVersion(one) ?? "")]);
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16);
}

function accountName({ stock }: StockPlan): string {
  return objectName(stock.name, "agent");
}

/** A service account without a token, for which the privileged constraints are allowed. */
export function accountManifests(plan: StockPlan): readonly ApiObject[] {
  const metadata = {
    name: accountName(plan),
    namespace: agentsNamespaceOf(plan.stock.namespace),
    labels: stockLabels(plan.stock.name),
  };
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata, automountServiceAccountToken: false },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata,
      roleRef: {
        apiGroup: "rbac.authorization.k8s.io",
        kind: "ClusterRole",
        name: "system:openshift:scc:privileged",
      },
      subjects: [{ kind: "ServiceAccount", name: metadata.name, namespace: metadata.namespace }],
    },
  ];
}
