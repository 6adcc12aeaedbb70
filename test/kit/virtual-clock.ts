import type { Clock, Deadline } from "#ports/clock.ts";

interface Timer {
  readonly at: number;
  readonly fire: () => void;
}

/**
 * A clock for tests in which no time passes while code runs: `run` lets pending work settle, then jumps to the next timer,
 * until the given promise is done. Twenty minutes of back-off take milliseconds and are the same on every machine.
 */
export class VirtualClock implements Clock {
  #elapsed = 0;
  readonly #start: number;
  readonly #timers = new Set<Timer>();

  constructor(start: number = Date.parse("2026-01-01T00:00:00Z")) {
    this.#start = start;
  }

  now(): number {
    return this.#start + this.#elapsed;
  }

  monotonic(): number {
    return this.#elapsed;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const stop = this.#after(ms, () => {
        signal?.removeEventListener("abort", cancel);
        resolve();
      });
      const cancel = (): void => {
        stop();
        resolve();
      };
      signal?.addEventListener("abort", cancel, { once: true });
    });
  }

  deadline(ms: number, parent?: AbortSignal): Deadline {
    const controller = new AbortController();
    let expired = false;
    const stop = this.#after(ms, () => {
      expired = true;
      controller.abort();
    });
    const abort = (): void => controller.abort();
    const dispose = (): void => {
      stop();
      parent?.removeEventListener("abort", abort);
    };
    if (parent?.aborted) abort();
    else parent?.addEventListener("abort", abort, { once: true });
    return { signal: controller.signal, expired: () => expired, dispose };
  }

  /** Timers that nobody disposed of: 0 when everything was cleaned up. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Runs until `work` settles, jumping from timer to timer; fails if nothing is left that could make it settle. */
  async run<T>(work: Promise<T>): Promise<T> {
    let done = false;
    const settled = work.finally(() => {
      done = true;
    });
    settled.catch(() => {});
    for (;;) {
      await settle();
      if (done) return settled;
      const next = [...this.#timers].toSorted((a, b) => a.at - b.at)[0];
      if (!next) throw new Error("virtual clock: the work waits for something that no timer will bring");
      this.#timers.delete(next);
      this.#elapsed = Math.max(this.#elapsed, next.at);
      next.fire();
    }
  }

  #after(ms: number, fire: () => void): () => void {
    const timer = { at: this.#elapsed + ms, fire };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }
}

/** Lets everything that is ready run: promise chains and one turn of the event loop. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}
