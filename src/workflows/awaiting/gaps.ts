import { type ApiFailure, formatApiFailure } from "#domain/cluster/api-failure.ts";
import type { Clock } from "#ports/clock.ts";
import type { Change } from "#ports/kubernetes.ts";
import type { AwaitPorts } from "./await-stocks.ts";

/** Several watches notice the same time in which the server cannot be reached, hardly at the same moment. */
const SAME_GAP_MS = 10_000;

/** Tells of each time in which the server cannot be reached once. */
export class Gaps {
  readonly #ports: Pick<AwaitPorts, "warn"> & { readonly clock: Pick<Clock, "monotonic"> };
  #lastMs = -Infinity;

  constructor(ports: Pick<AwaitPorts, "warn" | "clock">) {
    this.#ports = ports;
  }

  notice(change: Change<unknown>): void {
    if (change.kind === "interrupted") this.#tell(change.failure);
  }

  #tell(failure: ApiFailure): void {
    const nowMs = this.#ports.clock.monotonic();
    const isKnown = nowMs - this.#lastMs < SAME_GAP_MS;
    this.#lastMs = nowMs;
    const message = `${formatApiFailure(failure)}; it is asked again until it answers`;
    if (!isKnown) this.#ports.warn("API_INTERRUPTED", message);
  }
}
