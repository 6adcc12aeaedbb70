/** Faults as data: what shall go wrong, at which calls, how often. */
import { normalizedImage, parseImageReference } from "#domain/image/reference.ts";
import type { Clock } from "#ports/clock.ts";
import type { CriCall } from "#wire/cri/methods.ts";
import type { GrpcStatusName } from "#wire/cri/status.ts";
import { CallRefused } from "./failure.ts";

export interface CriFault {
  readonly call: CriCall;
  /** Only calls about this image, in any spelling. @default all calls */
  readonly image?: string;
  /** How many calls it strikes; then it is over. @default all of them */
  readonly times?: number;
  readonly effect: CriFaultEffect;
}

export type CriFaultEffect =
  /** The call fails with this status and these words. */
  | { readonly kind: "refuse"; readonly status: GrpcStatusName; readonly message: string }
  /** The call is never answered; it ends when the client cancels it. */
  | { readonly kind: "hang" }
  /** The call is served after a while. */
  | { readonly kind: "delay"; readonly ms: number }
  /** The runtime dies: all connections break and its socket is gone; it is back after a while, with its images. */
  | { readonly kind: "crash"; readonly downMs: number };

export interface FaultBook {
  add(fault: CriFault): void;
  /** Lets a call pass, late, or throws what it is refused with. */
  meet(call: CriCall, image: string | undefined, signal: AbortSignal): Promise<void>;
}

/** @param crash takes the runtime down and has it back after `downMs` */
export function createFaultBook(faults: readonly CriFault[], clock: Clock, crash: (downMs: number) => void): FaultBook {
  const standing = faults.map(withCount);

  const strike = async (effect: CriFaultEffect, signal: AbortSignal): Promise<void> => {
    switch (effect.kind) {
      case "refuse":
        throw new CallRefused(effect.status, effect.message);
      case "delay":
        return clock.sleep(effect.ms, signal);
      case "hang":
        return untilAborted(signal);
      case "crash":
        crash(effect.downMs);
        return untilAborted(signal);
    }
  };

  return {
    add: (fault) => void standing.push(withCount(fault)),
    async meet(call, image, signal) {
      const fault = standing.find((candidate) => candidate.left > 0 && strikes(candidate.fault, call, image));
      if (fault === undefined) return;
      fault.left -= 1;
      await strike(fault.fault.effect, signal);
      if (signal.aborted) throw new CallRefused("Canceled", "context canceled");
    },
  };
}

function withCount(fault: CriFault): { readonly fault: CriFault; left: number } {
  return { fault, left: fault.times ?? Number.POSITIVE_INFINITY };
}

function strikes(fault: CriFault, call: CriCall, image: string | undefined): boolean {
  if (fault.call !== call) return false;
  return fault.image === undefined || (image !== undefined && spelled(fault.image) === spelled(image));
}

function spelled(image: string): string {
  const reference = parseImageReference(image);
  return reference.ok ? normalizedImage(reference.value) : image;
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
