/** What became of an image that was to be removed from a node. */
export const REMOVAL_OUTCOMES = ["removed", "absent", "in-use", "failed"] as const;
export type RemovalOutcome = (typeof REMOVAL_OUTCOMES)[number];

export interface Removal {
  /** As written. */
  readonly image: string;
  readonly outcome: RemovalOutcome;
  /** For `in-use` by what, as a clause; for `failed` the runtime's words. */
  readonly message?: string;
}
