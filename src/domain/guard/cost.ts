/**
 * What the guard costs in CEL's own units. The API server gives an expression 1,000,000 of them (k8s.io/apiserver, apis/cel/config.go:
 * PerCallLimit), and what exceeds them is an error, not a refusal. The list is split once for a request, and each image is held against each
 * of its lines; so it is the product of the two that counts. Measured on the API server 1.35.4, as the number of images that one pod can have
 * before the limit: 1,796 with 501 names, 486 with 2,001, 197 with 5,001, 124 with 8,001. That is one unit for each name and 75 beside, at most.
 */
import type { AllowPattern } from "./allow-pattern.ts";
import { exactPattern, prefixPattern } from "./allow-pattern.ts";

export const CEL_COST_MAX = 1_000_000;
/** What the guard lets a request cost by its own reckoning; it refuses what would cost more, before it looks at any image. */
export const REQUEST_COST_MAX = 900_000;
/** The Kubernetes API takes no larger ConfigMap (apis/core/validation: MaxSecretSize). */
export const LIST_BYTES_MAX = 1_048_576;
/** Pods of this size must be possible, or the guard is not put up. */
export const POD_IMAGES_MIN = 40;

const PER_IMAGE_COST = 100;
/** Images longer than this are held against no pattern with a wildcard in its middle, as regular expressions cost by length. */
export const MATCHED_LENGTH_MAX = 300;

export interface GuardCost {
  readonly names: number;
  /** What one image costs, in CEL's units. */
  readonly perImage: number;
  /** Images that one pod or template can have at most; beyond that it is refused for being too large. */
  readonly podImagesMax: number;
  /** Of the list in the ConfigMap. */
  readonly bytes: number;
}

export function guardCost(names: number, bytes: number, allowed: readonly AllowPattern[]): GuardCost {
  const perImage = names + perImageCost(allowed);
  return { names, perImage, podImagesMax: Math.floor(REQUEST_COST_MAX / perImage), bytes };
}

/** Beside the names. As cel-go has it: a tenth for each character, a regular expression a quarter for each of its own times that. */
export function perImageCost(allowed: readonly AllowPattern[]): number {
  return PER_IMAGE_COST + allowed.map(patternCost).reduce((sum, cost) => sum + cost, 0);
}

function patternCost({ pattern }: AllowPattern): number {
  const text = exactPattern(pattern) ?? prefixPattern(pattern);
  if (text !== undefined) return 5 + Math.ceil(text.length / 10);
  return 5 + Math.ceil((1 + MATCHED_LENGTH_MAX) / 10) * Math.ceil((pattern.length * 3) / 4);
}
