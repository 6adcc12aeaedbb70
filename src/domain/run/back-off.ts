/** How patient a run is with one image. All in milliseconds. */
export interface PullTiming {
  /** For the whole run: nothing is tried after it. */
  readonly overallMs: number;
  /** For the first attempt; doubled with every repetition until the maximum, since a large image may just need longer. */
  readonly initialAttemptTimeoutMs: number;
  readonly maxAttemptTimeoutMs: number;
  /** Between the first and the second attempt; doubled likewise. */
  readonly initialDelayMs: number;
  readonly maxDelayMs: number;
  /** How long "not found" and "denied" may be a push that is still under way. */
  readonly missingGraceMs: number;
}

/** @param repetition 0 for the first attempt */
export function attemptTimeoutMs(timing: PullTiming, repetition: number): number {
  return Math.min(timing.initialAttemptTimeoutMs * 2 ** repetition, timing.maxAttemptTimeoutMs);
}

/**
 * Wait before the next attempt: between half and all of the doubled delay, so that nodes that failed together do not
 * come back together.
 * @param repetition 0 for the wait after the first attempt
 * @param random from 0 to 1
 */
export function delayMs(timing: PullTiming, repetition: number, random: number): number {
  const full = Math.min(timing.initialDelayMs * 2 ** repetition, timing.maxDelayMs);
  return full * (0.5 + random / 2);
}
