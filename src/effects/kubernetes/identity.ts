/** As whom the server is asked: what the kubeconfig's user amounts to for one request. */
import type { Agent } from "node:http";
import { fail, ok, type Result } from "#domain/result.ts";
import type { Clock } from "#ports/clock.ts";
import { type Failed, stopped } from "./failed.ts";

export interface TlsSettings {
  readonly ca?: string | Buffer;
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
  readonly servername?: string;
  readonly rejectUnauthorized?: boolean;
}

export interface Identity {
  readonly tls: TlsSettings;
  readonly headers: Readonly<Record<string, string | string[]>>;
  /** Where the kubeconfig names a proxy; it has these TLS settings already. */
  readonly agent: Agent | undefined;
}

export interface Identities {
  current(signal: AbortSignal): Promise<Result<Identity, Failed>>;
  /** The server did not accept this one; perhaps there is another one by now. */
  forget(identity: Identity): void;
}

export interface IdentityMaker {
  /** @throws with a clause that holds no secret; it may take as long as a login in a browser, and ends with its signal */
  make(signal: AbortSignal): Promise<Identity>;
  /** What was made is not accepted: the next one must be a new one. */
  renew(): void;
}

/** Tokens in files are read anew at least once a minute, as client-go does; this is half of it. */
const KEPT_MS = 30_000;

/** Keeps what a file, a program or an identity provider gave for half a minute, so that not every request asks them. */
export function keepIdentity(maker: IdentityMaker, clock: Pick<Clock, "monotonic">, closing: AbortSignal): Identities {
  let kept: { identity: Promise<Identity>; at: number; value?: Identity } | undefined;

  function fresh(): Promise<Identity> {
    const age = kept === undefined ? Number.POSITIVE_INFINITY : clock.monotonic() - kept.at;
    if (kept !== undefined && (kept.value === undefined || age < KEPT_MS)) return kept.identity;
    const entry: NonNullable<typeof kept> = { identity: maker.make(closing), at: clock.monotonic() };
    kept = entry;
    entry.identity.then(
      (value) => {
        entry.value = value;
        entry.at = clock.monotonic();
      },
      () => {
        if (kept === entry) kept = undefined;
      },
    );
    return entry.identity;
  }

  return {
    async current(signal) {
      try {
        const identity = await orAborted(fresh(), signal);
        return identity === undefined ? fail(stopped) : ok(identity);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        return fail({ kind: "unauthorized", message, again: "useless" });
      }
    },
    forget(identity) {
      if (kept?.value !== identity) return;
      kept = undefined;
      maker.renew();
    },
  };
}

/** The work goes on for those who still wait. @returns undefined: the signal aborted first */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const stop = (): void => resolve(undefined);
    if (signal.aborted) return stop();
    signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
