/**
 * Why the kubelet has no image, from the words of a waiting container. They wrap those of the runtime:
 * `Back-off pulling image "x": ErrImagePull: rpc error: code = NotFound desc = failed to pull and unpack image "x": …: not found`.
 */
import { classify } from "../failure/classify.ts";
import type { Classification } from "../failure/failure-class.ts";
import { redactText } from "../failure/redact.ts";
import type { PullFailure } from "../failure/retry.ts";

export interface KubeletFailure extends PullFailure {
  /** The kubelet tells of an attempt that it just made, not of one that it waits after. */
  readonly isAttempt: boolean;
}

/** Kubelets before 1.32 do not say why they wait. */
const backOff = /^Back-off pulling image "[^"]*"(?:: (\w{1,60}): (.*))?$/s;

/** Reasons that say more than the words beside them (kubelet pkg/kubelet/images/types.go). */
const tellingReasons = new Set(["InvalidImageName", "RegistryUnavailable", "SignatureValidationFailed"]);
const pullReasons = new Set(["ErrImagePull", "ErrImageNeverPull", "ImageInspectError", ...tellingReasons]);

const neverPulled: Classification = {
  class: "unknown",
  permanent: true,
  rule: "kubelet-never-pulls",
  advice:
    "The pod must not pull (policy Never) and the kubelet has no image that it may use: look for an admission policy that changes pull policies.",
};

/**
 * @param reason of the waiting container: `ErrImagePull`, `ImagePullBackOff`
 * @returns undefined where the reason is not about pulling; a failure without words where the kubelet says only that it waits
 */
export function kubeletFailureOf(reason: string, message: string): KubeletFailure | undefined {
  if (reason === "ImagePullBackOff") {
    const [, inner = "", words = ""] = backOff.exec(message) ?? [];
    return { ...judge(inner, words), isAttempt: false };
  }
  return pullReasons.has(reason) ? { ...judge(reason, message), isAttempt: true } : undefined;
}

/** Name of the rule for a kubelet that waits and does not say why. */
export const BARE_BACK_OFF = "kubelet-backs-off";

const bareBackOff: PullFailure = {
  class: "unknown",
  permanent: false,
  rule: BARE_BACK_OFF,
  advice: "This kubelet does not say why it waits: look at the pod's events.",
  message: "the kubelet waits before it pulls again",
};

function judge(reason: string, words: string): PullFailure {
  if (reason === "") return bareBackOff;
  if (reason === "ErrImageNeverPull") return { ...neverPulled, message: redactText(words, []) };
  const told = tellingReasons.has(reason) ? `${reason}: ${words}` : words;
  return { ...classify({ message: told }), message: redactText(words, []) };
}
