import type { Clock, Deadline } from "#ports/clock.ts";

/**
 * A clock on which every sleep is over at once and its time has passed: for code that talks over real sockets, where
 * nobody can say when the virtual clock may jump. Deadlines end only with their parent.
 */
export class InstantClock implements Clock {
  #elapsed = 0;

  now(): number {
    return Date.parse("2026-01-01T00:00:00Z") + this.#elapsed;
  }

  monotonic(): number {
    return this.#elapsed;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (!signal?.aborted) this.#elapsed += ms;
    await new Promise<void>((resolve) => setImmediate(resolve));
  }

  deadline(_ms: number, parent?: AbortSignal): Deadline {
    return { signal: parent ?? new AbortController().signal, expired: () => false, dispose: () => {} };
  }
}
