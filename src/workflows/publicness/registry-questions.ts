/** Asks one registry, politely: as long as it throttles nothing is asked, and once it is clear that it cannot be reached nothing more. */
import type { ImageReference } from "#domain/image/reference.ts";
import type { Clock } from "#ports/clock.ts";
import type { Answer, Manifest, RegistryReader, UnreachableCause } from "#ports/registry.ts";
import type { RegistryLane } from "../pulling/registry-lane.ts";

export type Answered =
  | { readonly kind: "public" }
  | { readonly kind: "private" }
  | { readonly kind: "absent" }
  | { readonly kind: "unknown"; readonly reason: string };

export interface QuestionPorts {
  readonly registries: Pick<RegistryReader, "findManifest">;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Where a registry does not say how long to wait: twice as long each time. */
const FIRST_WAIT_MS = 1_000;
/** In all, from the first refusal on. */
const WAIT_MAX_MS = 60_000;
/** So many broken connections, one after the other, are no accident; of a registry that never answered one is enough. */
const BROKEN_MAX = 3;

/** Of the way to the registry, and not of what it answered. */
const ofTheWay: ReadonlySet<UnreachableCause> = new Set(["network", "tls", "timeout", "proxy"]);

/** @returns asks for an image without a credential */
export function registryQuestions(
  lane: RegistryLane,
  { registries, clock, signal }: QuestionPorts,
): (image: ImageReference) => Promise<Answered> {
  const patience = new Patience(clock);
  return async (image) => {
    for (;;) {
      const answer = await lane.run(async () => {
        const given = patience.givenUp ?? (await registries.findManifest(image, undefined, signal));
        return typeof given === "string" ? given : patience.heard(given);
      });
      if (typeof answer === "string") return { kind: "unknown", reason: answer };
      if (answer.kind !== "wait") return answer;
      lane.holdFor(answer.ms);
    }
  };
}

/** What was learnt of one registry so far. */
class Patience {
  /** Why nothing more is asked. */
  givenUp: string | undefined;
  readonly #clock: Clock;
  #hasAnswered = false;
  #broken = 0;
  #throttledSince: number | undefined;
  #heldUntil = 0;
  #waitMs = FIRST_WAIT_MS;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @returns what the answer means; text: it is the reason why nothing is known */
  heard(answer: Answer<Manifest>): Exclude<Answered, { kind: "unknown" }> | { kind: "wait"; ms: number } | string {
    if (answer.kind === "throttled") return this.#throttled(answer.retryAfterMs);
    this.#throttledSince = undefined;
    this.#waitMs = FIRST_WAIT_MS;
    if (answer.kind === "unreachable") return this.#unreachable(answer.cause, answer.reason);
    this.#hasAnswered = true;
    this.#broken = 0;
    if (answer.kind === "exists") return { kind: "public" };
    return answer.kind === "absent" ? answer : { kind: "private" };
  }

  #throttled(retryAfterMs: number | undefined): { kind: "wait"; ms: number } | string {
    const now = this.#clock.monotonic();
    this.#throttledSince ??= now;
    // Of several questions that were under way at once, the first has set the time.
    if (now >= this.#heldUntil) {
      this.#heldUntil = now + (retryAfterMs ?? this.#waitMs);
      if (retryAfterMs === undefined) this.#waitMs *= 2;
    }
    if (this.#heldUntil - this.#throttledSince <= WAIT_MAX_MS)
      return { kind: "wait", ms: Math.max(this.#heldUntil - now, 1) };
    this.givenUp = "it answers no questions at the moment, since it was asked too often";
    return this.givenUp;
  }

  #unreachable(cause: UnreachableCause, reason: string): string {
    if (!ofTheWay.has(cause)) return reason;
    this.#broken += 1;
    if (!this.#hasAnswered || this.#broken >= BROKEN_MAX) this.givenUp ??= reason;
    return reason;
  }
}
