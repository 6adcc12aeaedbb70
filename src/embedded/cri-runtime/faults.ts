/** Faults as data: which calls go wrong, how often, and how. */

import type { GrpcStatusName } from "#domain/failure/grpc-status.ts";
import { normalizedImage, parseImageReference } from "#domain/image/reference.ts";
import type { Clock } from "#ports/clock.ts";
import type { CriCall } from "#wire/cri/methods.ts";
import { CallRefused } from "./failure.ts";

export interface CriFaultRule {
  readonly on: {
    readonly call: CriCall;
    /** In any spelling. @default all images */
    readonly image?: string;
  };
  /** How many calls it hits; afterwards the next rule that matches counts, or none. @default all of them */
  readonly times?: number;
  readonly fault: CriFault;
}

export type CriFault =
  /** The call fails with this status and these words. */
  | { readonly kind: "refuse"; readonly status: GrpcStatusName; readonly message: string }
  /** The call is never answered; it ends when the client cancels it. */
  | { readonly kind: "hang" }
  /** The call is served after a while. */
  | { readonly kind: "delay"; readonly ms: number }
  /** The runtime dies: all connections break and its socket is gone; it is back after a while, with its images. */
  | { readonly kind: "crash"; readonly downMs: number };

/** The rules in force, with what is left of their counts. */
export interface FaultPlan {
  /** From now on these, with fresh counts, and no others. */
  set(rules: readonly CriFaultRule[]): void;
  /** Lets a call pass, late, or throws what it is refused with. */
  meet(call: CriCall, image: string | undefined, signal: AbortSignal): Promise<void>;
}

/** @param crash takes the runtime down and has it back after `downMs` */
export function createFaultPlan(
  rules: readonly CriFaultRule[],
  clock: Clock,
  crash: (downMs: number) => void,
): FaultPlan {
  let entries = rules.map(withCount);

  const strike = async (fault: CriFault, signal: AbortSignal): Promise<void> => {
    switch (fault.kind) {
      case "refuse":
        throw new CallRefused(fault.status, fault.message);
      case "delay":
        return clock.sleep(fault.ms, signal);
      case "hang":
        return untilAborted(signal);
      case "crash":
        crash(fault.downMs);
        return untilAborted(signal);
    }
  };

  return {
    set(next) {
      entries = next.map(withCount);
    },
    async meet(call, image, signal) {
      const entry = entries.find(({ rule, left }) => left > 0 && matches(rule, call, image));
      if (entry === undefined) return;
      entry.left -= 1;
      await strike(entry.rule.fault, signal);
      if (signal.aborted) throw new CallRefused("Canceled", "context canceled");
    },
  };
}

function withCount(rule: CriFaultRule): { readonly rule: CriFaultRule; left: number } {
  return { rule, left: rule.times ?? Number.POSITIVE_INFINITY };
}

function matches({ on }: CriFaultRule, call: CriCall, image: string | undefined): boolean {
  if (on.call !== call) return false;
  return on.image === undefined || (image !== undefined && spelled(on.image) === spelled(image));
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
