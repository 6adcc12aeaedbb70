import { redactText } from "../failure/redact.ts";
import type { ImageStanding, StockedStanding } from "./image-standing.ts";
import { kubeletFailureOf } from "./kubelet-failure.ts";
import type { LarderContainer, LarderPod } from "./pod-facts.ts";

/** Reasons before the kubelet has come to the container; everything else that is not about pulling happens after its images are there. */
const beforePull = new Set(["", "ContainerCreating", "PodInitializing"]);

/**
 * Where the image stands that a container of a shelf is there for. A container that could not be made or does not run still proves that
 * the kubelet pulled: it pulls the image, and the volumes of the container, before it makes it (kubelet kuberuntime_container.go).
 */
export function shelfStanding(pod: LarderPod, container: LarderContainer): ImageStanding {
  const { state } = container;
  const blocked = blockedBy(pod);
  switch (state.kind) {
    case "running":
      return stocked(pod, container, state.sinceMs, undefined);
    case "ended":
      // A pod that goes holds nothing any more, and another one comes.
      if (pod.isDeleting) return { kind: "waiting" };
      return stocked(pod, container, state.startedMs, `its container ended: ${state.reason || state.exitCode}`);
    case "waiting":
      return blocked ?? waitingStanding(pod, container, state);
  }
}

function waitingStanding(
  pod: LarderPod,
  container: LarderContainer,
  { reason, message }: { readonly reason: string; readonly message: string },
): ImageStanding {
  if (beforePull.has(reason)) {
    if (container.restarts > 0 || container.lastEnd)
      return stocked(pod, container, undefined, "its container is started again");
    if (pod.trouble !== undefined) return { kind: "waiting", why: pod.trouble };
    return reason === "ContainerCreating" && pod.readyMs !== undefined ? { kind: "pulling" } : { kind: "waiting" };
  }
  const failure = kubeletFailureOf(reason, message);
  const unheld = (why: string): ImageStanding => stocked(pod, container, container.lastEnd?.startedMs, why);
  if (failure === undefined) return unheld(whyUnheld(container, reason, message));
  if (isAboutOwnImage(container, message)) return unheld(`Larder's own image cannot be pulled: ${failure.message}`);
  const { isAttempt, ...said } = failure;
  return { kind: "failing", failure: said, isAttempt, isLast: false };
}

/** A kubelet that backs off tells how long, and keeps the cause in the container's last end. */
function whyUnheld({ lastEnd }: LarderContainer, reason: string, message: string): string {
  const isBackOff = reason === "CrashLoopBackOff" && lastEnd !== undefined;
  const [head, words] = isBackOff ? [lastEnd.reason, lastEnd.message] : [reason, message];
  return words === "" ? head : `${head}: ${redactText(words, [])}`;
}

/** Volumes are pulled first, so whoever fails at the image that the container runs has the other. */
function isAboutOwnImage({ images, ownImage }: LarderContainer, message: string): boolean {
  if (ownImage === "" || images.includes(ownImage)) return false;
  return message.includes(ownImage) && !images.some((image) => message.includes(image));
}

/** An init container that prepares the others cannot be started, so the kubelet does not come to them. */
function blockedBy(pod: LarderPod): ImageStanding | undefined {
  for (const { isInit, images, state, ownImage } of pod.containers) {
    if (!isInit || images.length > 0 || state.kind !== "waiting" || beforePull.has(state.reason)) continue;
    const failure = kubeletFailureOf(state.reason, state.message);
    if (failure === undefined)
      return { kind: "waiting", why: `the shelf cannot begin: ${state.reason}: ${state.message}` };
    const { isAttempt, ...said } = failure;
    const message = `the shelf cannot begin, since Larder's own image ${ownImage} cannot be pulled: ${said.message}`;
    return { kind: "failing", failure: { ...said, message }, isAttempt, isLast: false };
  }
  return undefined;
}

function stocked(
  pod: LarderPod,
  container: LarderContainer,
  sinceMs: number | undefined,
  unheld: string | undefined,
): StockedStanding {
  return { kind: "stocked", sinceMs, durationMs: durationOf(pod, container, sinceMs), wasPresent: false, unheld };
}

/**
 * A kubelet starts the containers of a pod one after the other, so each took from the start of the one before, or from the pod's, which
 * kubelets tell in whole seconds and sometimes a second late.
 */
function durationOf(pod: LarderPod, container: LarderContainer, sinceMs: number | undefined): number | undefined {
  if (sinceMs === undefined || container.restarts > 0) return undefined;
  const begun = pod.containers
    .slice(0, pod.containers.indexOf(container))
    .flatMap(({ state }) => (state.kind === "running" && state.sinceMs <= sinceMs ? [state.sinceMs] : []));
  const fromMs = Math.max(...begun, pod.readyMs ?? 0);
  return fromMs === 0 ? undefined : Math.max(0, sinceMs - fromMs);
}
