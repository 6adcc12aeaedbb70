import PQueue from "p-queue";
import type { Clock } from "#ports/clock.ts";

/**
 * The pulls of one registry: at most `parallel` at a time, and none at all while the registry throttles. Each registry has
 * a lane of its own, so that one which hangs or throttles slows only its own images.
 */
export interface RegistryLane {
  /** Runs `pull` when there is room. Once `signal` has aborted everything that still waits runs at once, to say so. */
  run<T>(pull: () => Promise<T>): Promise<T>;
  /** Starts nothing for `ms`. */
  holdFor(ms: number): void;
}

export interface RegistryLanes {
  lane(registry: string): RegistryLane;
}

export function registryLanes(parallel: number, clock: Clock, signal: AbortSignal): RegistryLanes {
  const lanes = new Map<string, RegistryLane>();
  return {
    lane(registry) {
      const lane = lanes.get(registry) ?? registryLane(parallel, clock, signal);
      lanes.set(registry, lane);
      return lane;
    },
  };
}

function registryLane(parallel: number, clock: Clock, signal: AbortSignal): RegistryLane {
  const queue = new PQueue({ concurrency: parallel });
  let heldUntil = 0;
  signal.addEventListener(
    "abort",
    () => {
      queue.concurrency = Number.POSITIVE_INFINITY;
      queue.start();
    },
    { once: true },
  );

  async function release(): Promise<void> {
    while (clock.monotonic() < heldUntil && !signal.aborted) await clock.sleep(heldUntil - clock.monotonic(), signal);
    queue.start();
  }

  return {
    run: (pull) => queue.add(pull),
    holdFor(ms) {
      const until = clock.monotonic() + ms;
      if (until <= heldUntil || signal.aborted) return;
      heldUntil = until;
      if (queue.isPaused) return;
      queue.pause();
      void release();
    },
  };
}
