import type { RunRecord } from "#domain/run/run-record.ts";
import { causeOf, outcomeOfImage } from "#domain/run/selectors.ts";
import type { Lack } from "../groups/lacks.ts";

const words = {
  failed: "failed",
  deadline: "not done at the deadline",
  interrupted: "interrupted",
  halted: "not started any more",
  unfinished: "unfinished",
} as const;

/** The images that runs did not stock, each on its node, with why. */
export function* lacksOfRuns(runs: readonly RunRecord[]): Generator<Lack> {
  for (const run of runs) {
    for (const image of run.images.values()) {
      const cause = causeOf(image);
      const outcome = outcomeOfImage(image);
      if (cause === undefined || outcome === "pulled" || outcome === "present") continue;
      const { state } = image;
      const { class: failureClass, message, advice } = state.kind === "finished" ? state : unknown;
      yield {
        node: run.node,
        image: image.image,
        cause: outcome === "failed" ? cause : `${words[outcome]}${failureClass === null ? "" : ` (${failureClass})`}`,
        isTelling: outcome === "failed" || failureClass !== null,
        message,
        advice,
      };
    }
  }
}

const unknown = { class: null, message: null, advice: null };
