import { performance } from "node:perf_hooks";
import { setTimeout as wait } from "node:timers/promises";
import type { Clock, Deadline } from "#ports/clock.ts";

/** Longest delay that a Node timer takes; a longer one would fire at once. */
const TIMER_MAX_MS = 2 ** 31 - 1;

export function systemClock(): Clock {
  return {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    sleep,
    deadline,
  };
}

async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await wait(Math.min(ms, TIMER_MAX_MS), undefined, signal && { signal });
  } catch {
    // Aborted: the caller looks at its signal.
  }
}

function deadline(ms: number, parent?: AbortSignal): Deadline {
  const controller = new AbortController();
  let expired = false;
  const timer = setTimeout(
    () => {
      expired = true;
      controller.abort();
    },
    Math.min(ms, TIMER_MAX_MS),
  );
  const abort = (): void => controller.abort();
  const dispose = (): void => {
    clearTimeout(timer);
    parent?.removeEventListener("abort", abort);
  };
  controller.signal.addEventListener("abort", dispose, { once: true });
  if (parent?.aborted) abort();
  else parent?.addEventListener("abort", abort, { once: true });
  return { signal: controller.signal, expired: () => expired, dispose };
}
