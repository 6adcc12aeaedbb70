/**
 * What `status` shows: a Stock's images on its nodes as they are now. Made from what the cluster says by whoever asks it;
 * here it only becomes text or JSON.
 */
export const IMAGE_STANDINGS = ["stocked", "pulling", "waiting", "failing", "left-out"] as const;
/** `left-out`: the image is not meant for this node (another platform, or the whole node is left out). */
export type ImageStanding = (typeof IMAGE_STANDINGS)[number];

export interface StockStatus {
  readonly stock: string;
  readonly namespace: string;
  readonly method: string;
  /** As written in the Stock, in its order. */
  readonly images: readonly string[];
  readonly nodes: readonly NodeStatus[];
}

export interface NodeStatus {
  readonly name: string;
  /** In words that can stand behind a name: `ready`, `not ready`, `cordoned`. */
  readonly state: string;
  /** Why nothing is put on this node, as a clause: `it runs windows`. Absent: it is stocked. */
  readonly leftOut?: string;
  /** One for each image of the Stock, in the same order; records that are equal may be one object. */
  readonly images: readonly ImageStatus[];
}

export interface ImageStatus {
  readonly state: ImageStanding;
  /** Failure class, for a failing one. */
  readonly class?: string;
  /** The kubelet's or runtime's own words. */
  readonly message?: string;
  readonly advice?: string;
}

export type StandingCounts = Readonly<Record<ImageStanding, number>>;

/** How many of the given images are in which state. */
export function countStandings(images: Iterable<ImageStatus>): StandingCounts {
  const counts = { stocked: 0, pulling: 0, waiting: 0, failing: 0, "left-out": 0 };
  for (const { state } of images) counts[state] += 1;
  return counts;
}

/** Images that shall be there. */
export function meantOf(counts: StandingCounts): number {
  return counts.stocked + counts.pulling + counts.waiting + counts.failing;
}
