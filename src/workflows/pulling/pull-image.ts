import type { Offer } from "#domain/credentials/credential.ts";
import { offerIdentity } from "#domain/credentials/offer-identity.ts";
import { anotherCredentialMayHelp, mayBePushInProgress, mostTelling, type PullFailure } from "#domain/failure/retry.ts";
import type { ImageToPull } from "#domain/image/images-to-pull.ts";
import { imageForRuntime } from "#domain/image/reference.ts";
import { attemptTimeoutMs, delayMs, type PullTiming } from "#domain/run/back-off.ts";
import type { ImageFinished, ImageOutcome } from "#domain/run/event.ts";
import type { CriRuntime } from "#ports/cri.ts";
import type { OfferLookup } from "../resolving/offer-lookup.ts";
import { type AttemptPorts, attemptPull } from "./attempt.ts";
import type { RegistryLane } from "./registry-lane.ts";
import type { RuntimeConnection } from "./runtime-connection.ts";

export interface PullImagePorts extends AttemptPorts {
  /** From 0 to 1. */
  readonly random: () => number;
  readonly connection: RuntimeConnection;
  readonly offersFor: OfferLookup;
}

/** What all images of a run share. */
export interface RunControl {
  readonly timing: PullTiming;
  /** Aborts at the deadline of the run and on an interrupt: what runs is cancelled. */
  readonly signal: AbortSignal;
  /** Aborts with `signal`, and when nothing more is worth starting: what runs may end. */
  readonly startSignal: AbortSignal;
  /** Why there is nothing more to do, for an image that is not finished. */
  readonly stopped: () => Stop;
  /** Nothing more is worth starting, because of this. */
  readonly halt: (failure: PullFailure) => void;
}

export interface Stop {
  readonly outcome: Exclude<ImageOutcome, "pulled" | "present" | "failed">;
  /** For images that have no failure of their own to show. */
  readonly failure?: PullFailure;
}

interface Verdict {
  readonly outcome: ImageOutcome;
  readonly sizeBytes?: number | null;
  readonly failure?: PullFailure | undefined;
}

interface Repetition {
  readonly outcome: "again";
  readonly failure: PullFailure;
  readonly waitMs: number;
}

/**
 * Pulls one image until it is there, has failed for good, or the run is over.
 *
 * A round looks the offers up and tries them one after another. A round that failed for good ends the image; one that may
 * pass is repeated, with delay and timeout doubling, until the deadline of the run. Credentials of plugins do not live long,
 * so each round looks anew; that costs a call of the plugin only when its last answer has run out.
 */
export async function pullImage(
  image: ImageToPull,
  lane: RegistryLane,
  ports: PullImagePorts,
  control: RunControl,
): Promise<ImageFinished> {
  const { clock, emit } = ports;
  const startedAt = clock.monotonic();
  let attempts = 0;
  let failedForGood: ReadonlySet<string> = new Set();
  let missingSince: number | undefined;
  let lastFailure: PullFailure | undefined;

  for (let repetition = 0; ; repetition++) {
    const round = await lane.run(() => runRound(repetition));
    if (round.outcome !== "again") return finished(round);
    lastFailure = round.failure;
    if (!control.startSignal.aborted) {
      emit({ kind: "pull-delayed", image: image.reference.written, delayMs: round.waitMs, class: round.failure.class });
    }
    await clock.sleep(round.waitMs, control.startSignal);
  }

  async function runRound(repetition: number): Promise<Verdict | Repetition> {
    if (control.startSignal.aborted) return stoppedVerdict();
    const runtime = await ports.connection.ready();
    if (!runtime) return stoppedVerdict();
    const offers = await ports.offersFor(image.reference, control.startSignal);
    const { sizeBytes, failures } = await tryOffers(runtime, offers, attemptTimeoutMs(control.timing, repetition));
    if (sizeBytes !== undefined) return { outcome: "pulled", sizeBytes };
    const failure = mostTelling(failures) ?? lastFailure;
    if (control.signal.aborted || !failure) return stoppedVerdict(failure);
    if (failure.class === "disk") control.halt(failure);
    if (failure.class === "runtime-unavailable") ports.connection.lost();
    if (failure.permanent && !withinGrace(failure)) return { outcome: "failed", failure };
    const waitMs = waitBeforeRepeating(failure, repetition);
    if (failure.class === "rate-limited") lane.holdFor(waitMs);
    return { outcome: "again", failure, waitMs };
  }

  /** `sizeBytes` undefined: none of them worked. An offer that was refused for good is not tried again, except within the grace. */
  async function tryOffers(
    runtime: CriRuntime,
    offers: readonly Offer[],
    timeoutMs: number,
  ): Promise<{ sizeBytes: number | null | undefined; failures: readonly PullFailure[] }> {
    const failures: PullFailure[] = [];
    const refused = new Set(failedForGood);
    for (const offer of offers.length > 0 ? offers : [undefined]) {
      if (control.startSignal.aborted) break;
      if (failedForGood.has(offerIdentity(offer))) continue;
      const attempt = { runtime, reference: image.reference, offer, number: ++attempts, timeoutMs };
      const pulled = await attemptPull(attempt, ports, control.signal);
      if (pulled.ok) return { sizeBytes: pulled.value, failures };
      failures.push(pulled.error);
      if (pulled.error.permanent && !(control.timing.missingGraceMs > 0 && mayBePushInProgress(pulled.error)))
        refused.add(offerIdentity(offer));
      if (!anotherCredentialMayHelp(pulled.error)) break;
    }
    failedForGood = refused;
    return { sizeBytes: undefined, failures };
  }

  function withinGrace(failure: PullFailure): boolean {
    if (!mayBePushInProgress(failure)) return false;
    missingSince ??= clock.monotonic();
    return graceLeftMs() > 0;
  }

  function graceLeftMs(): number {
    return (missingSince ?? 0) + control.timing.missingGraceMs - clock.monotonic();
  }

  /** Within the grace the last look is at its end. */
  function waitBeforeRepeating(failure: PullFailure, repetition: number): number {
    const delay = delayMs(control.timing, repetition, ports.random());
    return Math.round(failure.permanent ? Math.min(delay, graceLeftMs()) : delay);
  }

  /** @param cancelled what a pull said that was cancelled in this round: shown if nothing better is known */
  function stoppedVerdict(cancelled?: PullFailure): Verdict {
    const { outcome, failure } = control.stopped();
    return { outcome, failure: lastFailure ?? cancelled ?? failure };
  }

  function finished({ outcome, sizeBytes, failure }: Verdict): ImageFinished {
    return finishedEvent(image, outcome, attempts, clock.monotonic() - startedAt, sizeBytes, failure);
  }
}

/** Whether the image is on the node already, under the name as written; undefined: it is not, or the runtime did not say. */
export async function findPresent(
  image: ImageToPull,
  ports: PullImagePorts,
  signal: AbortSignal,
): Promise<ImageFinished | undefined> {
  const startedAt = ports.clock.monotonic();
  const runtime = await ports.connection.ready();
  const status = await runtime?.imageStatus(imageForRuntime(image.reference), signal);
  if (!status?.ok || !status.value) return undefined;
  return finishedEvent(image, "present", 0, ports.clock.monotonic() - startedAt, status.value.sizeBytes);
}

function finishedEvent(
  image: ImageToPull,
  outcome: ImageOutcome,
  attempts: number,
  durationMs: number,
  sizeBytes: number | null = null,
  failure?: PullFailure,
): ImageFinished {
  const why = failure && { class: failure.class, message: failure.message, advice: failure.advice };
  return {
    kind: "image-finished",
    image: image.reference.written,
    names: image.names,
    outcome,
    attempts,
    durationMs: Math.round(durationMs),
    sizeBytes,
    ...(outcome !== "pulled" && outcome !== "present" && why),
  };
}
