/**
 * What the guard costs in CEL's own units. The API server gives an expression 1,000,000 of them (k8s.io/apiserver, apis/cel/config.go:
 * PerCallLimit), and what exceeds it is an error, not a refusal. The list is split once for a request, and each image is looked for in it;
 * so it is the product of the two that counts.
 */
export const CEL_COST_MAX = 1_000_000;
/** What the guard lets a request cost, by its own reckoning; the rest is for what the reckoning leaves out. */
export const REQUEST_COST_MAX = 800_000;
/** To find an image, to complete its name and to hold it against patterns; more than was measured. */
export const PER_IMAGE_COST = 1_000;
