/**
 * What the guard costs in CEL's own units. The API server gives an expression 1,000,000 of them, and all of a binding ten times as many
 * (k8s.io/apiserver, apis/cel/config.go).
 *
 * Names that stand in an expression as a list of constants are looked up in a set (cel-go, interpreter/optimizations.go), which costs the same
 * for one name and for thousands. Measured on the API servers 1.35.4 and 1.37.2 as the number of images that one pod can have before the
 * limit: 8,690 with 1 name, 8,690 with 8,001 names. That is 115 units for an image, whatever the list. (A list that is a parameter costs one
 * unit more for each name: 1,796 images with 501 names, 486 with 2,001, 197 with 5,001, 124 with 8,001.) Images with long names cost more, and
 * patterns do; what could come near the limit is refused before it is looked at.
 */
import { type AllowPattern, exactPattern, prefixPattern } from "./allow-pattern.ts";

export const CEL_COST_MAX = 1_000_000;
/** Of text that the guard may hold: etcd takes no object of more than 1.5 MiB, and this is not all of it. */
export const LIST_BYTES_MAX = 1_048_576;
/** Pods of this size must be possible, or the guard is not put up. */
export const POD_IMAGES_MIN = 40;
/** Images longer than this are held against no pattern with a wildcard in its middle, as regular expressions cost by length. */
export const MATCHED_LENGTH_MAX = 300;

const PER_IMAGE_COST = 120;
/** Nobody has larger pods, and the worst images of this number stay far below the limit. */
const IMAGES_MAX = 500;
const PATTERNS_COST_MAX = 900_000;

export interface GuardCost {
  readonly names: number;
  /** What one image of common length costs, in CEL's units. */
  readonly perImage: number;
  /** Containers and volumes that a pod or template can have at most; with more it is refused without being looked at. */
  readonly podImagesMax: number;
  /** Of the list in the policy. */
  readonly bytes: number;
}

export function guardCost(names: number, bytes: number, allowed: readonly AllowPattern[]): GuardCost {
  return { names, perImage: PER_IMAGE_COST + patternsCost(allowed), podImagesMax: podImagesMax(allowed), bytes };
}

export function podImagesMax(allowed: readonly AllowPattern[]): number {
  return Math.min(IMAGES_MAX, Math.floor(PATTERNS_COST_MAX / Math.max(1, patternsCost(allowed))));
}

function patternsCost(allowed: readonly AllowPattern[]): number {
  return allowed.reduce((sum, pattern) => sum + patternCost(pattern), 0);
}

/** As cel-go has it: a tenth for each character, and for a regular expression a quarter of its own length times that. */
function patternCost({ pattern }: AllowPattern): number {
  const text = exactPattern(pattern) ?? prefixPattern(pattern);
  if (text !== undefined) return 5 + Math.ceil(text.length / 10);
  return 5 + Math.ceil((1 + MATCHED_LENGTH_MAX) / 10) * Math.ceil((pattern.length * 3) / 4);
}
