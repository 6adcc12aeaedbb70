/**
 * What `up` is about to do, for people: which method on which nodes and why, what the shelves hold, which secrets go where,
 * and what is doubtful. Sentences come from whoever decided; here they are only put in order and wrapped.
 */
export interface Plan {
  readonly stock: string;
  readonly namespace: string;
  readonly images: number;
  readonly groups: readonly PlanGroup[];
  readonly shelves: readonly PlanShelf[];
  readonly secrets: readonly PlanSecret[];
  readonly doubts: readonly PlanDoubt[];
  readonly leftOut: readonly PlanLeftOut[];
  readonly gains: readonly PlanGain[];
  /** Whatever else should be known, a sentence each: what the method lends to whom, what the API server changes. */
  readonly notes: readonly string[];
}

/** Nodes that are served in one way. */
export interface PlanGroup {
  readonly nodes: readonly string[];
  readonly method: string;
  /** `volume` or `program`; absent where the method has none. */
  readonly variant?: string;
  /** As a clause: `kubelet 1.35 with containerd 2.1 mounts image volumes`. */
  readonly why: string;
}

/** A shelf or, for an agent, a list of images that it pulls with one set of secrets. */
export interface PlanShelf {
  readonly name: string;
  readonly images: readonly string[];
  /** The pull secrets that its pods name, `namespace/name`; empty: none. */
  readonly secrets: readonly string[];
}

/** A pull secret that is put beside the pods. */
export interface PlanSecret {
  /** `namespace/name`. */
  readonly from: string;
  readonly to: string;
}

export interface PlanDoubt {
  /** An image or registry. */
  readonly subject: string;
  /** As a clause: `counts as private, since its registry cannot be asked from here (connection refused)`. */
  readonly what: string;
}

export interface PlanLeftOut {
  readonly node: string;
  /** As a clause: `it runs windows`. */
  readonly reason: string;
}

export interface PlanGain {
  readonly method: string;
  readonly nodes: readonly string[];
  /** As a clause: `would pull in parallel, where these kubelets pull one image at a time`. */
  readonly what: string;
}
