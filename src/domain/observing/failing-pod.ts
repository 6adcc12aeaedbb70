import { agentStandings } from "./agent-standing.ts";
import type { LarderPod } from "./pod-facts.ts";
import { shelfStanding } from "./shelf-standing.ts";

/**
 * Whether a pod has an image that did not come: its kubelet waits for up to five minutes before it pulls again, and an agent that has
 * ended does not pull again at all.
 */
export function isFailingPod(pod: LarderPod): boolean {
  return pod.containers
    .filter(({ images }) => images.length > 0)
    .flatMap((container) => (pod.role === "agent" ? agentStandings(pod, container) : [shelfStanding(pod, container)]))
    .some(({ kind }) => kind === "failing" || kind === "given-up");
}
