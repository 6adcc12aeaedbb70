/**
 * What a kubelet answers to a question, read from the status of its container.
 *
 * With `Never` a kubelet has one refusal, `ErrImageNeverPull`, with one text, whether the image is absent or not given to this pod;
 * that is meant (kubelet-images, image_manager.go: EnsureImageExists, imagePullPrecheck). Everything that a container can say after the
 * decision about its image (it runs, it ended, it cannot be created or started) means that the image was given.
 */
import { classify } from "../failure/classify.ts";
import type { Classification } from "../failure/failure-class.ts";
import { type ContainerState, formatWords, type PodState, type Words } from "./pod-state.ts";

export type Answer =
  /** The kubelet let the container have the image. */
  | { readonly kind: "given"; readonly kubelet: string | null }
  /** It did not, and the image may be there or not. */
  | { readonly kind: "withheld"; readonly kubelet: string }
  /** Its own pull failed; only where it was asked to pull. */
  | { readonly kind: "not-pulled"; readonly kubelet: string; readonly failure: Classification }
  | NoAnswer;

/** Nobody knows. */
export interface NoAnswer {
  readonly kind: "none";
  /** A clause. */
  readonly reason: string;
  readonly kubelet: string | null;
  /** No pod could start on the node; then others will not, either. */
  readonly isNodeAtFault: boolean;
  /** The cluster changed the pod, so that it asks something else. @default false */
  readonly isAltered?: boolean;
}

/**
 * `pending`: nothing is said yet. `stuck`: something is in the way that may pass, for example a registry that throttles; if it does not pass
 * in time, `answer` is what is known.
 */
export type Reading =
  | { readonly kind: "pending" }
  | { readonly kind: "stuck"; readonly answer: Answer }
  | { readonly kind: "answered"; readonly answer: Answer };

export interface Asked {
  readonly container: string;
  readonly image: string;
  readonly larderImage: string;
  readonly policy: "Never" | "Always";
}

export function readAnswer(pod: PodState, asked: Asked): Reading {
  const state = pod.containers.get(asked.container);
  const said = state === undefined ? undefined : readContainer(state, asked);
  if (said?.kind === "answered") return said;
  if (pod.failed !== undefined) return answered(whyFailed(pod.failed));
  if (pod.trouble !== undefined) return readTrouble(pod.trouble);
  return said ?? { kind: "pending" };
}

const pullReasons = new Set(["ErrImagePull", "ImagePullBackOff", "RegistryUnavailable", "SignatureValidationFailed"]);
const afterTheImage = new Set([
  "CreateContainerConfigError",
  "CreateContainerError",
  "PreCreateHookError",
  "PreStartHookError",
  "PostStartHookError",
  "RunContainerError",
  "CrashLoopBackOff",
]);

function readContainer(state: ContainerState, asked: Asked): Reading {
  if (state.kind === "running") return answered({ kind: "given", kubelet: null });
  const words = withoutBackOff(state.words);
  const kubelet = formatWords(words);
  if (state.kind === "ended") return readEnd(words, kubelet);
  if (kubelet === null || words.reason === "ContainerCreating" || words.reason === "PodInitializing")
    return { kind: "pending" };
  if (words.reason === "ErrImageNeverPull") return answered({ kind: "withheld", kubelet });
  if (afterTheImage.has(words.reason)) return answered({ kind: "given", kubelet });
  const isPull = pullReasons.has(words.reason);
  if (isPull && isAboutLarder(words, asked)) return readTrouble(words);
  if (isPull || asked.policy === "Always") return readFailedPull(words, kubelet);
  return answered({ kind: "none", reason: "the kubelet could not decide", kubelet, isNodeAtFault: false });
}

/** A container that the kubelet lost sight of, or never started, ends as well. */
function readEnd({ reason }: Words, kubelet: string | null): Reading {
  if (reason === "ContainerStatusUnknown") return { kind: "pending" };
  return answered({ kind: "given", kubelet });
}

/** While it backs off, the kubelet has the failure itself in the message only. */
function withoutBackOff(words: Words): Words {
  const before = /^Back-off pulling image "[^"]*": (?<reason>\w+): (?<message>.*)$/s.exec(words.message)?.groups;
  if (before === undefined) return words;
  return { reason: before["reason"] ?? words.reason, message: before["message"] ?? words.message };
}

/** A probe that does not pull can only have trouble with Larder's own image; else the message says which image it is about. */
function isAboutLarder({ message }: Words, { policy, larderImage, image }: Asked): boolean {
  return policy === "Never" || (message.includes(larderImage) && !message.includes(image));
}

/** Back-off alone says nothing of the failure. */
function readFailedPull(words: Words, kubelet: string | null): Reading {
  const failure = classify({ message: words.message });
  const answer: Answer = { kind: "not-pulled", kubelet: kubelet ?? words.reason, failure };
  return { kind: failure.permanent ? "answered" : "stuck", answer };
}

function readTrouble(words: Words): Reading {
  const kubelet = formatWords(words);
  const isPull = pullReasons.has(words.reason);
  const reason = isPull ? "Larder's own image cannot be pulled" : "the probe's program cannot be brought into the pod";
  const answer: Answer = { kind: "none", reason, kubelet, isNodeAtFault: true };
  const isFinal = isPull && classify({ message: words.message }).permanent;
  return { kind: isFinal ? "answered" : "stuck", answer };
}

function whyFailed(words: Words): Answer {
  const isOver = words.reason === "DeadlineExceeded";
  const reason = isOver
    ? "the pod's time was over before the kubelet said anything"
    : "the kubelet did not take the pod";
  return { kind: "none", reason, kubelet: formatWords(words), isNodeAtFault: true };
}

function answered(answer: Answer): Reading {
  return { kind: "answered", answer };
}
