/** One image on one node, followed over time: what pods tell at each moment becomes attempts, and in the end an outcome. */
import type { PullFailure } from "../failure/retry.ts";
import type { EventBody, ImageFinished, ImageOutcome } from "../run/event.ts";
import type { FailingStanding, ImageStanding, StockedStanding } from "./image-standing.ts";
import { BARE_BACK_OFF } from "./kubelet-failure.ts";

/** Where the credential of a kubelet's pull comes from: pods do not tell which one it was. */
const KUBELET_CREDENTIALS = "the kubelet's credentials";

export interface TrackOptions {
  readonly image: string;
  /** When somebody first looked, in ms that only grow. */
  readonly startedMs: number;
  /** For how long a permanent failure may yet pass, in ms. */
  readonly graceMs: number;
  /** What a container runs since before this was there before, in ms since 1970. */
  readonly presentBeforeMs: number;
}

export class ImageTrack {
  standing: ImageStanding = { kind: "waiting" };
  outcome: ImageOutcome | undefined;
  /** Since when all failures were permanent. */
  #permanentSinceMs: number | undefined;
  #failure: PullFailure | undefined;
  #wasAttempt = false;
  #attempts = 0;
  readonly #options: TrackOptions;

  constructor(options: TrackOptions) {
    this.#options = options;
  }

  /** @returns what is news in it; nothing once the outcome is known, though a container may yet come to hold the image */
  follow(standing: ImageStanding, nowMs: number): readonly EventBody[] {
    if (this.outcome === undefined || standing.kind === "stocked") this.standing = standing;
    if (this.outcome !== undefined) return [];
    const news = standing.kind === "failing" ? this.#fail(standing, nowMs) : [];
    return [...news, ...this.judge(nowMs)];
  }

  /** Time alone can make a failure final. @returns the end of the image, if it came */
  judge(nowMs: number): readonly EventBody[] {
    const { standing } = this;
    if (this.outcome !== undefined) return [];
    switch (standing.kind) {
      case "stocked":
        return this.#stock(standing, nowMs);
      case "failing":
        return this.#isFinal(standing, nowMs) ? [this.end("failed", nowMs)] : [];
      case "given-up":
        return [this.end(standing.outcome, nowMs)];
      default:
        return [];
    }
  }

  /** When `judge` may say more than now, if nothing else happens; undefined: never. */
  get judgedAtMs(): number | undefined {
    if (this.outcome !== undefined || this.#permanentSinceMs === undefined) return undefined;
    return this.#permanentSinceMs + this.#options.graceMs;
  }

  /** @param why what there is to say where no failure says it */
  end(outcome: ImageOutcome, nowMs: number, why?: string): ImageFinished {
    this.outcome = outcome;
    const { image, startedMs } = this.#options;
    return {
      kind: "image-finished",
      image,
      names: [image],
      outcome,
      attempts: this.#attempts,
      durationMs: Math.max(0, Math.round(nowMs - startedMs)),
      sizeBytes: null,
      ...this.#cause(why),
    };
  }

  /** Somebody else, who knows more, told the end of this image. */
  endedAs(outcome: ImageOutcome): void {
    this.outcome = outcome;
  }

  #cause(why: string | undefined): Pick<ImageFinished, "class" | "message" | "advice"> {
    const { outcome, standing } = this;
    if (outcome === "pulled" || outcome === "present") return {};
    if (standing.kind === "given-up") {
      const { class: failureClass, message } = standing;
      return { ...(failureClass && { class: failureClass }), ...(message !== undefined && { message }) };
    }
    const failure = this.#failure;
    if (failure) return { class: failure.class, message: failure.message, advice: failure.advice };
    const reason = (standing.kind === "waiting" && standing.why) || why;
    return reason ? { message: reason } : {};
  }

  #stock(standing: StockedStanding, nowMs: number): readonly EventBody[] {
    const { image, presentBeforeMs, startedMs } = this.#options;
    const isOld = standing.sinceMs !== undefined && standing.sinceMs < presentBeforeMs;
    if (standing.wasPresent || isOld) return [this.end("present", nowMs)];
    this.#attempts += 1;
    const pulled: EventBody = {
      kind: "pull-succeeded",
      image,
      attempt: this.#attempts,
      credential: KUBELET_CREDENTIALS,
      durationMs: Math.max(0, Math.round(standing.durationMs ?? nowMs - startedMs)),
      sizeBytes: null,
      imageRef: "",
    };
    return [pulled, this.end("pulled", nowMs)];
  }

  #fail({ failure, isAttempt }: FailingStanding, nowMs: number): readonly EventBody[] {
    const last = this.#failure;
    if (last && failure.rule === BARE_BACK_OFF) return [];
    const isNews = !last || last.message !== failure.message || (isAttempt && !this.#wasAttempt);
    this.#wasAttempt = isAttempt;
    this.#failure = failure;
    this.#permanentSinceMs = failure.permanent ? (this.#permanentSinceMs ?? nowMs) : undefined;
    if (!isNews) return [];
    this.#attempts += 1;
    const { image } = this.#options;
    const { class: failureClass, permanent, message } = failure;
    const about = { image, attempt: this.#attempts, credential: KUBELET_CREDENTIALS, durationMs: 0 };
    return [{ kind: "pull-failed", ...about, class: failureClass, permanent, message }];
  }

  #isFinal({ failure, isLast }: FailingStanding, nowMs: number): boolean {
    if (isLast) return true;
    const since = this.#permanentSinceMs;
    return failure.permanent && since !== undefined && nowMs - since >= this.#options.graceMs;
  }
}
