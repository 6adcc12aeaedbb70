/**
 * Stocks one node over its container runtime: every image of the list is looked for, pulled if it is not there, tried again
 * while that may help, and reported. The result is complete whatever ends the run: done, deadline, interrupt, full disk.
 */
import PQueue from "p-queue";
import { describeSource } from "#domain/credentials/credential.ts";
import type { PullFailure } from "#domain/failure/retry.ts";
import type { ImageToPull } from "#domain/image/images-to-pull.ts";
import { describeIssue, type Issue } from "#domain/issue.ts";
import type { PullTiming } from "#domain/run/back-off.ts";
import type { EventBody, ImageFinished, RunOutcome } from "#domain/run/event.ts";
import type { OfferLookup } from "../resolving/offer-lookup.ts";
import { tellNodeImages } from "./list-node-images.ts";
import { findPresent, type PullImagePorts, pullImage, type RunControl } from "./pull-image.ts";
import { registryLanes } from "./registry-lane.ts";
import { connectRuntime, type RuntimePorts } from "./runtime-connection.ts";

export interface PullPlan {
  /** Version of Larder, for the event stream. */
  readonly larder: string;
  readonly images: readonly ImageToPull[];
  /** What was found in the inputs that does not stop the run. */
  readonly warnings: readonly Issue[];
  /** Where the runtime's socket may be, in order. */
  readonly sockets: readonly string[];
  /** Pull also what is present. */
  readonly always: boolean;
  /** Pulls at the same time per registry. */
  readonly parallel: number;
  /** For listing the node's images, which only `debug` asks for. */
  readonly imageListTimeoutMs: number;
  readonly timing: PullTiming;
}

export interface PullPorts extends RuntimePorts {
  /** Asked when an image is pulled, not for one that is present. */
  readonly offersFor: OfferLookup;
  readonly random: () => number;
  readonly emit: (event: EventBody) => void;
  /** Takes lines for people who look for the cause of something. */
  readonly debug?: (line: string) => void;
}

const RUNTIME_UNUSABLE = {
  class: "runtime-unavailable",
  permanent: true,
  rule: "runtime-unusable",
  advice: "Name the socket of the node's container runtime with --cri-socket, and run as a user that may open it.",
} as const;

/** Presence is asked of the runtime alone, so it waits behind no registry. */
const PRESENCE_PARALLEL = 16;

/** @param interrupted aborts when the user wants to stop: running pulls are cancelled, and what was done is reported */
export async function pullImages(plan: PullPlan, ports: PullPorts, interrupted: AbortSignal): Promise<RunOutcome> {
  const { clock, emit } = ports;
  const startedAt = clock.monotonic();
  const listed = plan.images.map(({ reference, names }) => ({ image: reference.written, names }));
  const { parallel, timing, larder } = plan;
  emit({ kind: "run-started", larder, method: "cri", images: listed, parallel, timeoutMs: timing.overallMs });
  for (const issue of plan.warnings) emit({ kind: "warning", code: issue.code, message: describeIssue(issue) });
  const { finished, answered } = await finishAll(plan, ports, interrupted);
  const outcome = outcomeOf(finished, answered);
  const count = (...outcomes: readonly string[]): number =>
    finished.filter((image) => outcomes.includes(image.outcome)).length;
  const [pulled, present] = [count("pulled"), count("present")];
  const failed = finished.length - pulled - present;
  emit({
    kind: "run-finished",
    outcome,
    durationMs: Math.round(clock.monotonic() - startedAt),
    pulled,
    present,
    failed,
  });
  return outcome;
}

async function finishAll(
  plan: PullPlan,
  ports: PullPorts,
  interrupted: AbortSignal,
): Promise<{ finished: readonly ImageFinished[]; answered: boolean }> {
  const { clock, emit } = ports;
  const overall = clock.deadline(plan.timing.overallMs, interrupted);
  const { control, unusable } = runControl(plan.timing, overall.signal, interrupted, emit);
  const signal = control.startSignal;
  const connection = connectRuntime({ sockets: plan.sockets, signal, emit, unusable }, ports);
  const lanes = registryLanes(plan.parallel, clock, signal);
  const presence = new PQueue({ concurrency: PRESENCE_PARALLEL });
  const imagePorts: PullImagePorts = { ...ports, connection, offersFor: tellOffers(ports) };

  async function finish(image: ImageToPull): Promise<ImageFinished> {
    const present = plan.always ? undefined : await presence.add(() => findPresent(image, imagePorts, signal));
    const result = present ?? (await pullImage(image, lanes.lane(image.reference.registry), imagePorts, control));
    emit(result);
    return result;
  }

  try {
    await tellNodeImages("before", connection, ports, plan.imageListTimeoutMs, signal);
    const finished = await Promise.all(plan.images.map(finish));
    await tellNodeImages("after", connection, ports, plan.imageListTimeoutMs, signal);
    return { finished, answered: connection.answered };
  } finally {
    overall.dispose();
    connection.close();
  }
}

/** The same lookup, which tells for `debug` what it found. */
function tellOffers({ offersFor, debug }: PullPorts): OfferLookup {
  if (!debug) return offersFor;
  return async (reference, signal) => {
    const offers = await offersFor(reference, signal);
    const matching = offers.map((offer) => `${describeSource(offer.source)} (${offer.key})`);
    debug(`${reference.written}: ${matching.length > 0 ? matching.join(", ") : "no credential matches"}`);
    return offers;
  };
}

/** One place decides why a run is over, so that every image says the same. */
function runControl(
  timing: PullTiming,
  signal: AbortSignal,
  interrupted: AbortSignal,
  emit: (event: EventBody) => void,
): { control: RunControl; unusable: (why: string) => void } {
  const halted = new AbortController();
  let haltedBy: PullFailure | undefined;
  const halt = (code: string, message: string, failure: PullFailure): void => {
    if (haltedBy) return;
    haltedBy = failure;
    emit({ kind: "warning", code, message });
    halted.abort();
  };
  return {
    control: {
      timing,
      signal,
      startSignal: AbortSignal.any([signal, halted.signal]),
      stopped() {
        if (interrupted.aborted) return { outcome: "interrupted" };
        if (signal.aborted) return { outcome: "deadline" };
        return haltedBy ? { outcome: "halted", failure: haltedBy } : { outcome: "halted" };
      },
      halt: (failure) =>
        halt("DISK_FULL", `no further pull is started: ${failure.message}`, {
          ...failure,
          message: "not started, since the node has no room for images",
        }),
    },
    unusable: (why) => halt("RUNTIME_UNUSABLE", why, { ...RUNTIME_UNUSABLE, message: why }),
  };
}

function outcomeOf(finished: readonly ImageFinished[], answered: boolean): RunOutcome {
  const some = (outcome: ImageFinished["outcome"]): boolean => finished.some((image) => image.outcome === outcome);
  if (some("interrupted")) return "interrupted";
  if (finished.length > 0 && !answered) return "unreachable";
  if (some("deadline")) return "deadline";
  return some("failed") || some("halted") ? "incomplete" : "stocked";
}
