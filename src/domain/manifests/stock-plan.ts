/** All that is decided about a Stock on a cluster: what its manifests are made of. */
import type { AgentNeed } from "../cluster/agent-need.ts";
import type { NodeAffinity } from "../cluster/node-affinity.ts";
import type { NodeGroup } from "../cluster/node-groups.ts";
import type { SecretName } from "../cluster/secret-name.ts";
import type { ShelfNeed } from "../cluster/shelf-need.ts";
import type { SecretText } from "../credentials/secret-text.ts";
import type { Shelf } from "../stock/shelves.ts";
import type { Stock } from "../stock/stock.ts";

export interface StockPlan {
  readonly stock: Stock;
  /** Of the methods kubelet and hybrid; otherwise empty. */
  readonly shelves: readonly Shelf[];
  readonly shelfGroups: readonly NodeGroup<ShelfNeed>[];
  /** Of the methods cri and hybrid; otherwise empty. */
  readonly agentGroups: readonly NodeGroup<AgentNeed>[];
  /** Which nodes the Stock means, as `affinityOf` makes it. */
  readonly affinity: NodeAffinity;
  /** The pull secrets that could be read; agents and shelves do without the others, as the kubelet does. */
  readonly secrets: readonly SourceSecret[];
  /** Larder's own image, as a pod names it. */
  readonly agentImage: string;
  /** Whether the cluster has security context constraints (OpenShift), which choose the user of each pod. */
  readonly hasSecurityContextConstraints: boolean;
  /** Namespaces that are Larder's own; one that somebody else made is left as it is. */
  readonly ownNamespaces: readonly OwnNamespace[];
  /** Whether nodes get labels `larder.dev/group`. */
  readonly hasLabelledNodes: boolean;
  /** Of Larder. */
  readonly version: string;
}

export interface OwnNamespace {
  readonly name: string;
  /** Made by `up`, so that `down` may delete it. */
  readonly isMadeByUp: boolean;
}

/** A secret as somebody made it. */
export interface SourceSecret {
  readonly name: SecretName;
  readonly type: string;
  /** In base64, as the API gives it. */
  readonly data: ReadonlyMap<string, SecretText>;
  /** What changes when it does; neither says anything about what is in it. */
  readonly uid?: string;
  readonly resourceVersion?: string;
}
