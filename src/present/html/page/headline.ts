import { formatNumber } from "./number.ts";

export interface Totals {
  readonly images: number;
  readonly stocked: number;
  /** In the order in which they appeared; a node with two runs is there once. */
  readonly nodes: readonly string[];
}

/** What became of it all, in a few words: `4 of 6 images are on worker-1`. */
export function headlineOf({ images, stocked, nodes }: Totals): string {
  const [only] = nodes;
  if (only === undefined) return "the event stream holds no run";
  const where = nodes.length === 1 ? only : `${formatNumber(nodes.length)} nodes`;
  if (images === 0) return `no images were asked for on ${where}`;
  const what = images === 1 ? "image is" : "images are";
  if (stocked === images) return `${images === 1 ? "the" : `all ${formatNumber(images)}`} ${what} on ${where}`;
  return `${formatNumber(stocked)} of ${formatNumber(images)} ${what} on ${where}`;
}
