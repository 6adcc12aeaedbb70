import { it } from "vitest";
import { expectGolden } from "../../../test/kit/golden.ts";
import { RECORDED_PODS, recordedStates } from "../../../test/kit/kubelet-pods.ts";
import { agentStandings } from "./agent-standing.ts";
import type { ImageStanding } from "./image-standing.ts";
import type { LarderPod } from "./pod-facts.ts";
import { shelfStanding } from "./shelf-standing.ts";

function standingsOf(pod: LarderPod): readonly string[] {
  return pod.containers
    .filter(({ images }) => images.length > 0)
    .flatMap((container) =>
      (pod.role === "agent" ? agentStandings(pod, container) : [shelfStanding(pod, container)]).map(describeStanding),
    );
}

function describeStanding(standing: ImageStanding): string {
  switch (standing.kind) {
    case "waiting":
      return standing.why === undefined ? "waiting" : `waiting: ${standing.why}`;
    case "stocked":
      return standing.unheld === undefined ? "stocked" : `stocked, unheld: ${standing.unheld}`;
    case "failing": {
      const { class: failureClass, permanent, message } = standing.failure;
      return `${failureClass} ${permanent ? "permanent" : "passing"}: ${message}`;
    }
    default:
      return standing.kind;
  }
}

/** Reviewed by people: what each state that a real kubelet told of means. */
it("what real kubelets tell is understood", () => {
  const lines = RECORDED_PODS.flatMap((name) =>
    recordedStates(name).flatMap((pod, state) => [`${name} ${state}`, ...standingsOf(pod).map((text) => `  ${text}`)]),
  );
  expectGolden("observing/recorded.txt", `${lines.join("\n")}\n`);
});
