/** Asks again what may be asked again, for as long as the client's patience lasts. */
import { fail, type Result } from "#domain/result.ts";
import type { Clock } from "#ports/clock.ts";
import { type Failed, stopped } from "./failed.ts";
import type { Transport } from "./transport.ts";

export interface Patience {
  readonly clock: Pick<Clock, "monotonic" | "sleep">;
  readonly transport: Pick<Transport, "firstReachMsLeft">;
  readonly random: () => number;
  /** From the first failure in a row on; a server that was never reached is probably not there at all, and waited for less. */
  readonly patienceMs: number;
}

const DELAY_MS = 100;
const DELAY_MAX_MS = 2_000;

/** Failures in a row, and how long they last. */
export interface Gap {
  /** @returns whether it is worth to ask again after this failure; if so, it has waited */
  waitAfter(failed: Failed, signal: AbortSignal): Promise<boolean>;
}

/** @param limitMs @default the client's patience; Infinity: it never ends once the server was reached */
export function openGap(patience: Patience, limitMs: number = patience.patienceMs): Gap {
  const { clock, transport, random } = patience;
  let began: number | undefined;
  let failures = 0;
  return {
    async waitAfter({ retryAfterMs }, signal) {
      began ??= clock.monotonic();
      const left = transport.firstReachMsLeft() ?? limitMs - (clock.monotonic() - began);
      const delay = Math.max(backOff(failures++, random), retryAfterMs ?? 0);
      if (delay >= left || signal.aborted) return false;
      await clock.sleep(delay, signal);
      return true;
    },
  };
}

/** @returns the first answer that is no failure, or the last failure */
export async function withPatience<T>(
  attempt: () => Promise<Result<T, Failed>>,
  mayBeRepeated: (failed: Failed) => boolean,
  patience: Patience,
  signal: AbortSignal,
): Promise<Result<T, Failed>> {
  const gap = openGap(patience);
  let wasAway = false;
  for (;;) {
    const result = await attempt();
    if (result.ok) return result;
    if (signal.aborted) return fail(stopped);
    const { error } = result;
    wasAway ||= error.kind === "unreachable" || error.kind === "server";
    // A server that has just started may not have read its roles and keys yet.
    const isStarting = wasAway && (error.kind === "forbidden" || error.kind === "unauthorized");
    if (!isStarting && !mayBeRepeated(error)) return result;
    if (!(await gap.waitAfter(error, signal))) return signal.aborted ? fail(stopped) : result;
  }
}

/** Equal jitter: half of it is certain, so that a client never asks without a pause, and many do not ask together. */
function backOff(failures: number, random: () => number): number {
  const full = Math.min(DELAY_MS * 2 ** failures, DELAY_MAX_MS);
  return full / 2 + (full / 2) * random();
}
