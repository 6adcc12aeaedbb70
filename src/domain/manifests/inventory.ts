/**
 * The inventory of a Stock: a ConfigMap that says what `up` did, so that `await`, `status` and `down` need no file. It holds names and
 * settings, and no secret.
 */
import type { ApiObject } from "../cluster/api-object.ts";
import type { NodeRequirement } from "../cluster/node-selector.ts";
import type { Platform } from "../cluster/platform.ts";
import type { Stock, StockImage } from "../stock/stock.ts";
import { revisionOfPods } from "./daemon-set.ts";
import { stockLabels } from "./labels.ts";
import type { StockPlan } from "./stock-plan.ts";

/** Raised when an older Larder would misread what a newer one wrote. */
export const INVENTORY_FORMAT = 1;
export const INVENTORY_KEY = "inventory.json";

export interface Inventory
  extends Pick<Stock, "name" | "namespace" | "method" | "nodes" | "timeoutMs" | "graceMs" | "nodeLabels"> {
  /** Version of the Larder that wrote it. */
  readonly version: string;
  readonly images: readonly Pick<StockImage, "reference" | "platform">[];
  readonly groups: readonly InventoryGroup[];
  /** Labels `larder.dev/group` were set on nodes; `down` takes them away. */
  readonly hasLabelledNodes: boolean;
  /** Versions of pods that are meant; pods of others are about to go. Empty: any, as an older Larder wrote it. */
  readonly revisions: readonly string[];
}

export interface InventoryGroup {
  readonly role: "shelf" | "agent";
  readonly name: string;
  readonly requirements: readonly NodeRequirement[];
  /** How a person may call it: `volume, IfNotPresent`, or the flavor of the nodes and the socket. */
  readonly description: string;
}

/** `larder-stock-NAME`; no other object of Larder has such a name. */
export function inventoryName(stock: string): string {
  return `larder-stock-${stock}`;
}

/** @param workloads the DaemonSets of the plan; what else is among them does not matter */
export function inventoryOf(plan: StockPlan, workloads: readonly ApiObject[]): Inventory {
  const { name, namespace, method, nodes, timeoutMs, graceMs, nodeLabels, images } = plan.stock;
  const shelves = plan.shelfGroups.map(({ need, ...group }): InventoryGroup => {
    const description = `${need.variant}, ${need.pullPolicy}`;
    return { role: "shelf", name: group.name, requirements: group.requirements, description };
  });
  const agents = plan.agentGroups.map(({ need, ...group }): InventoryGroup => {
    const description = `${need.flavor.id}, ${need.socket}`;
    return { role: "agent", name: group.name, requirements: group.requirements, description };
  });
  return {
    version: plan.version,
    name,
    namespace,
    method,
    nodes,
    timeoutMs,
    graceMs,
    nodeLabels,
    images: images.map(({ reference, platform }) => ({ reference, ...(platform && { platform }) })),
    groups: [...(plan.shelves.length > 0 ? shelves : []), ...agents],
    hasLabelledNodes: plan.hasLabelledNodes,
    revisions: workloads.flatMap((workload) => revisionOfPods(workload) ?? []),
  };
}

export function inventoryManifest(inventory: Inventory): ApiObject {
  const { name, namespace, images, nodeLabels, ...rest } = inventory;
  const written = {
    format: INVENTORY_FORMAT,
    name,
    namespace,
    ...rest,
    images: images.map(({ reference, platform }) => writtenImage(reference.written, platform)),
    nodeLabels: Object.fromEntries(nodeLabels),
  };
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: inventoryName(name), namespace, labels: stockLabels(name) },
    data: { [INVENTORY_KEY]: `${JSON.stringify(written, null, 1)}\n` },
  };
}

function writtenImage(reference: string, platform: Platform | undefined): object {
  return { reference, ...(platform && { platform: `${platform.os}/${platform.architecture}` }) };
}
