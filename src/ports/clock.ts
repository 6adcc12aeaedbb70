/** Time as an argument: the real one is in `effects/system`, tests use a virtual one. */
export interface Clock {
  /** Wall clock in ms since 1970, for time stamps only: it may jump. */
  now(): number;
  /** Milliseconds that only grow, for durations and deadlines. */
  monotonic(): number;
  /** Resolves after `ms`, or at once when `signal` aborts; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /**
   * A signal that aborts after `ms` or with `parent`, whichever comes first; `expired()` tells which.
   * Call `dispose` when done, so that no timer is left.
   */
  deadline(ms: number, parent?: AbortSignal): Deadline;
}

export interface Deadline {
  readonly signal: AbortSignal;
  /** True if time ran out (not if the parent aborted first). */
  expired(): boolean;
  dispose(): void;
}
