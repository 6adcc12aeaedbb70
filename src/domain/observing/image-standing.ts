import type { FailureClass } from "../failure/failure-class.ts";
import type { PullFailure } from "../failure/retry.ts";
import type { ImageOutcome } from "../run/event.ts";

/** Where an image stands on a node, as far as pods tell at one moment. */
export type ImageStanding =
  /** `why`: what keeps it from beginning, for people. */
  | { readonly kind: "waiting"; readonly why?: string }
  | { readonly kind: "pulling" }
  /** The kubelet, or an agent, has it. `isHeld`: a container runs with it, so the kubelet's garbage collection keeps it. */
  | StockedStanding
  | FailingStanding
  /** An agent ended without it, and will not try again by itself. */
  | {
      readonly kind: "given-up";
      readonly outcome: Exclude<ImageOutcome, "pulled" | "present" | "failed">;
      readonly class?: FailureClass;
      readonly message?: string;
    };

export interface StockedStanding {
  readonly kind: "stocked";
  /** By the node's clock, in ms since 1970; undefined: the node does not tell. */
  readonly sinceMs: number | undefined;
  /** How long it took, as far as the node tells. */
  readonly durationMs: number | undefined;
  /** It was there before it was asked for, and nothing was pulled. */
  readonly wasPresent: boolean;
  /** Why no container holds it, for people: the kubelet may remove it when the disk gets full; undefined: one does. */
  readonly unheld: string | undefined;
}

export interface FailingStanding {
  readonly kind: "failing";
  readonly failure: PullFailure;
  /** An attempt was just made, and nobody waits after an earlier one. */
  readonly isAttempt: boolean;
  /** Whoever pulls has ended and will not try again. */
  readonly isLast: boolean;
}

const goodness: Readonly<Record<ImageStanding["kind"], number>> = {
  stocked: 4,
  pulling: 3,
  failing: 2,
  waiting: 1,
  "given-up": 0,
};

/** What counts where several pods are there for one image, such as an old shelf beside the new one. */
export function bestStanding(standings: readonly ImageStanding[]): ImageStanding | undefined {
  return standings.toSorted((a, b) => rank(b) - rank(a))[0];
}

/** Where several Stocks want one image: all of them must have it. */
export function worstStanding(standings: readonly ImageStanding[]): ImageStanding | undefined {
  return standings.toSorted((a, b) => rank(a) - rank(b))[0];
}

function rank(standing: ImageStanding): number {
  const isHeld = standing.kind === "stocked" && standing.unheld === undefined;
  return goodness[standing.kind] + (isHeld ? 0.5 : 0);
}

/** The hybrid method: the kubelet's word decides; an agent's words explain a failure, since they are the runtime's own. */
export function joinedStanding(shelf: ImageStanding | undefined, agent: ImageStanding | undefined): ImageStanding {
  const first = shelf ?? { kind: "waiting" };
  if (first.kind === "failing" && agent?.kind === "failing" && agent.failure.class !== "unknown") {
    const { class: failureClass, message, advice, rule } = agent.failure;
    return { ...first, failure: { ...first.failure, class: failureClass, message, advice, rule } };
  }
  if (first.kind === "waiting" && first.why === undefined && agent?.kind === "pulling") return agent;
  return first;
}
