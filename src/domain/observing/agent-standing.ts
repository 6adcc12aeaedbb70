/** Where the images of an agent's container stand, which runs `larder fetch` and tells its result in its termination message. */
import { classify } from "../failure/classify.ts";
import type { FailureClass } from "../failure/failure-class.ts";
import { redactText } from "../failure/redact.ts";
import type { PullFailure } from "../failure/retry.ts";
import { decodeTerminationMessage, type ToldImage } from "../run/read-termination-message.ts";
import type { ImageStanding } from "./image-standing.ts";
import { kubeletFailureOf } from "./kubelet-failure.ts";
import type { Ended, LarderContainer, LarderPod } from "./pod-facts.ts";

/** @returns one standing for each image of the container, in their order */
export function agentStandings(pod: LarderPod, container: LarderContainer): readonly ImageStanding[] {
  const { state, images, lastEnd } = container;
  const all = (standing: ImageStanding): readonly ImageStanding[] => images.map(() => standing);
  switch (state.kind) {
    case "running":
      return all({ kind: "pulling" });
    case "ended":
      return endStandings(container, state);
    case "waiting":
      if (lastEnd) return all(broken(container, lastEnd, false));
      return all(notBegun(pod, container, state));
  }
}

function notBegun(
  pod: LarderPod,
  { ownImage }: LarderContainer,
  { reason, message }: { readonly reason: string; readonly message: string },
): ImageStanding {
  const failure = kubeletFailureOf(reason, message);
  if (failure !== undefined) {
    const { isAttempt, ...said } = failure;
    const words = `the agent cannot begin, since Larder's own image ${ownImage} cannot be pulled: ${said.message}`;
    return { kind: "failing", failure: { ...said, message: words }, isAttempt, isLast: false };
  }
  const why = message === "" ? pod.trouble : `the agent cannot begin: ${reason}: ${message}`;
  return why === undefined ? { kind: "waiting" } : { kind: "waiting", why };
}

function endStandings(container: LarderContainer, end: Ended): readonly ImageStanding[] {
  const told = decodeTerminationMessage(end.message);
  const count = container.images.length;
  if (!told.ok || told.value.kind === "input" || told.value.images.length !== count) {
    return container.images.map(() => broken(container, end, end.exitCode === 0));
  }
  const standings = told.value.images.map((image) => (image ? toldStanding(image, end) : untold));
  if (end.exitCode === 0) return standings;
  return standings.map((standing) => (standing.kind === "given-up" ? startsAgain : standing));
}

/** There was no room to tell of it, and images that are there are told by their absence: it is none of them. */
const untold: ImageStanding = { kind: "given-up", outcome: "halted" };
const startsAgain: ImageStanding = { kind: "waiting", why: "the agent was stopped, and the kubelet starts it again" };

function toldStanding(image: ToldImage, end: Ended): ImageStanding {
  const { outcome, class: failureClass, message = "" } = image;
  switch (outcome) {
    case "pulled":
    case "present":
    case "stocked": {
      const wasPresent = outcome === "present";
      return { kind: "stocked", sinceMs: end.endedMs, durationMs: undefined, wasPresent, unheld: undefined };
    }
    case "failed":
      return { kind: "failing", failure: saidBy(failureClass ?? "unknown", message), isAttempt: true, isLast: true };
    default:
      return {
        kind: "given-up",
        outcome: outcome === "unfinished" ? "halted" : outcome,
        ...(failureClass && { class: failureClass }),
        ...(message !== "" && { message }),
      };
  }
}

/** The message has no room for advice; the words, where they fit, give it again. */
function saidBy(failureClass: FailureClass, message: string): PullFailure {
  const again = classify({ message });
  const advice = again.class === failureClass ? again.advice : "Read the log of the agent's container on this node.";
  return { class: failureClass, permanent: true, rule: again.rule, advice, message };
}

/** It ended without a result, or with one for another list. */
function broken({ name }: LarderContainer, end: Ended, isLast: boolean): ImageStanding {
  const told = decodeTerminationMessage(end.message);
  const isInput = told.ok && told.value.kind === "input";
  const words = told.ok && told.value.kind === "input" ? told.value.problem : redactText(end.message.trim(), []);
  const how = end.reason === "" ? `exit code ${end.exitCode}` : `${end.reason}, exit code ${end.exitCode}`;
  const message = `the agent's container ${name} ended without a result (${how})${words === "" ? "" : `: ${words}`}`;
  const advice = "Read the log of the agent's container on this node; `larder up` of one version makes both ends fit.";
  const failure: PullFailure = {
    class: "unknown",
    permanent: isLast || isInput,
    rule: "agent-broken",
    advice,
    message,
  };
  return { kind: "failing", failure, isAttempt: true, isLast };
}
