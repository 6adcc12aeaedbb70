import type { Clock } from "#ports/clock.ts";
import type { Transport } from "./exchange.ts";

/** What every step of one question needs. */
export interface Question {
  readonly transport: Transport;
  readonly clock: Clock;
  /** Hosts that may be asked without TLS, as URLs spell them. */
  readonly plainHttp: ReadonlySet<string>;
  /** Ends the question. */
  readonly signal: AbortSignal;
}
