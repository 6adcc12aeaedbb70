/**
 * The Stock: what shall lie on which nodes, with which pull secrets, by which method. It is what a `kind: Stock` file says after
 * everything in it was checked, with the defaults filled in, so nobody has to ask again.
 */
import type { Labels } from "../cluster/labels.ts";
import type { DnsLabel, DnsSubdomain } from "../cluster/names.ts";
import type { NodeRequirement } from "../cluster/node-selector.ts";
import type { NodeArchitecture, NodeOperatingSystem, Platform } from "../cluster/platform.ts";
import type { SecretName } from "../cluster/secret-name.ts";
import type { Toleration } from "../cluster/toleration.ts";
import type { ImageReference } from "../image/reference.ts";

/**
 * `kubelet`: shelves make the kubelet itself pull and keep the images. `cri`: an agent pulls over the runtime's socket.
 * `hybrid`: an agent pulls, then shelves make the kubelet adopt what it pulled.
 */
export const STOCK_METHODS = ["kubelet", "cri", "hybrid"] as const;
export type StockMethod = (typeof STOCK_METHODS)[number];

/** What counts where a file says nothing, as a file would say it. */
export const STOCK_DEFAULTS = {
  namespace: "larder",
  method: "kubelet",
  /** Eight images start together without reaching the kubelet's `registryPullQPS` and `registryBurst`. */
  shelfSize: 8,
  spread: "0s",
  timeout: "20m",
  grace: "0s",
  os: "linux",
} as const;

/** Names of objects are made of the Stock's name and a suffix, and must stay DNS labels. */
export const STOCK_NAME_LENGTH_MAX = 40;
/** Privileged agents live in `NAMESPACE-agents`. */
export const STOCK_NAMESPACE_LENGTH_MAX = 63 - "-agents".length;
/** More containers than this in one pod help nobody. */
export const SHELF_SIZE_MAX = 64;

export interface Stock {
  readonly name: DnsLabel;
  readonly namespace: DnsLabel;
  /** In the order in which they were listed, each spelling once. */
  readonly images: readonly StockImage[];
  /** For images that name no secrets of their own; in the order in which a pod would name them. */
  readonly pullSecrets: readonly SecretName[];
  readonly method: StockMethod;
  readonly nodes: NodeSelection;
  readonly pacing: Pacing;
  /** How long all nodes together may take, in ms. */
  readonly timeoutMs: number;
  /** For how long a permanent failure may yet pass, in ms: an image whose push is still under way. */
  readonly graceMs: number;
  /** For nodes that have the whole Stock, so that pods can ask for such nodes. */
  readonly nodeLabels: Labels;
}

export interface StockImage {
  readonly reference: ImageReference;
  /** Instead of the Stock's; an empty list: no credential at all. */
  readonly secrets?: readonly SecretName[];
  /** Only for nodes of this platform. Absent: for all nodes of the Stock. */
  readonly platform?: Platform;
}

/** A node is meant if everything that is said here fits; nothing said: every Linux node. */
export interface NodeSelection {
  readonly os: NodeOperatingSystem;
  /** Empty: any. */
  readonly architectures: readonly NodeArchitecture[];
  readonly requirements: readonly NodeRequirement[];
  /** Names of nodes; empty: any. */
  readonly names: readonly DnsSubdomain[];
  readonly tolerations: readonly Toleration[];
}

export interface Pacing {
  /** Agents start at a moment within this time that their node's name decides, in ms. */
  readonly spreadMs: number;
  /** Images per shelf, at most. */
  readonly shelfSize: number;
}
