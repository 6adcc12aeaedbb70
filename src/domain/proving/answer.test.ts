import { describe, expect, it } from "vitest";
import type { ApiObject } from "#domain/cluster/api-object.ts";
import { type Asked, readAnswer } from "./answer.ts";
import { podStateOf } from "./pod-state.ts";

const asked: Asked = {
  container: "image-0",
  image: "quay.io/acme/app:1",
  larderImage: "r.io/larder:1",
  policy: "Never",
};
const adopting: Asked = { ...asked, policy: "Always" };

/** A pod as kubelets 1.34 to 1.37 show it. */
function pod(status: object): ApiObject {
  return { apiVersion: "v1", kind: "Pod", metadata: { name: "probe" }, status };
}

const waiting = (reason: string, message = ""): ApiObject =>
  pod({ phase: "Pending", containerStatuses: [{ name: "image-0", state: { waiting: { reason, message } } }] });

const read = (from: ApiObject, question = asked) => readAnswer(podStateOf(from), question);

describe("the answer of a kubelet", () => {
  it.each([
    ["nothing yet", pod({})],
    ["a sandbox under way", waiting("ContainerCreating")],
    ["an init container under way", waiting("PodInitializing")],
    ["a pod that is not read by its kubelet yet", pod({ phase: "Pending", conditions: [] })],
  ])("is awaited: %s", (_what, from) => {
    expect(read(from)).toEqual({ kind: "pending" });
  });

  it.each([
    ["CreateContainerError", "failed to mkdir"],
    ["CreateContainerConfigError", "image has non-numeric user"],
    ["RunContainerError", "exec format error"],
    ["CrashLoopBackOff", "back-off 10s restarting"],
  ])("is yes where the container fails later: %s", (reason, message) => {
    expect(read(waiting(reason, message))).toEqual({
      kind: "answered",
      answer: { kind: "given", kubelet: `${reason}: ${message}` },
    });
  });

  it("is yes where the container runs or ran", () => {
    const running = pod({ containerStatuses: [{ name: "image-0", state: { running: {} } }] });
    const ended = pod({
      phase: "Failed",
      containerStatuses: [
        { name: "image-0", state: { terminated: { reason: "StartError", message: "no such file" } } },
      ],
    });
    expect(read(running)).toEqual({ kind: "answered", answer: { kind: "given", kubelet: null } });
    expect(read(ended)).toMatchObject({ answer: { kind: "given", kubelet: "StartError: no such file" } });
  });

  it("is no with ErrImageNeverPull", () => {
    const words = 'Container image "quay.io/acme/app:1" is not present with pull policy of Never';
    expect(read(waiting("ErrImageNeverPull", words))).toEqual({
      kind: "answered",
      answer: { kind: "withheld", kubelet: `ErrImageNeverPull: ${words}` },
    });
  });

  it("is none where a secret cannot be parsed, which the kubelet tells as the reason", () => {
    const reason = "unable to parse auth field, must be formatted as base64(username:password)";
    expect(read(waiting(reason, reason))).toMatchObject({
      kind: "answered",
      answer: { kind: "none", reason: "the kubelet could not decide", isNodeAtFault: false },
    });
  });

  it.each([
    ["OutOfpods", "Node didn't have enough resource: pods", "the kubelet did not take the pod"],
    ["DeadlineExceeded", "Pod was active on the node longer than the specified deadline", "the pod's time was over"],
  ])("is none where the pod failed: %s", (reason, message, expected) => {
    const lost = { name: "image-0", state: { terminated: { reason: "ContainerStatusUnknown", exitCode: 137 } } };
    for (const containerStatuses of [[], [lost]]) {
      expect(read(pod({ phase: "Failed", reason, message, containerStatuses }))).toMatchObject({
        kind: "answered",
        answer: {
          kind: "none",
          reason: expect.stringContaining(expected),
          kubelet: `${reason}: ${message}`,
          isNodeAtFault: true,
        },
      });
    }
  });

  it("waits while Larder's own image may still come, and not when it cannot", () => {
    const throttled = 'Back-off pulling image "r.io/larder:1": ErrImagePull: 503 Service Unavailable';
    expect(read(waiting("ImagePullBackOff", throttled))).toMatchObject({
      kind: "stuck",
      answer: { kind: "none", reason: "Larder's own image cannot be pulled", isNodeAtFault: true },
    });
    const refused =
      "failed to pull and unpack image: unexpected status from HEAD request to https://r.io: 401 Unauthorized";
    expect(read(waiting("ErrImagePull", refused))).toMatchObject({ kind: "answered", answer: { kind: "none" } });
    const inInit = pod({
      initContainerStatuses: [{ name: "larder", state: { waiting: { reason: "ErrImagePull", message: refused } } }],
      containerStatuses: [{ name: "image-0", state: { waiting: { reason: "PodInitializing" } } }],
    });
    expect(read(inInit)).toMatchObject({ kind: "answered", answer: { kind: "none", isNodeAtFault: true } });
  });

  it("of an adoption is the failure of the pull, also behind a back-off", () => {
    const refused = 'failed to resolve "quay.io/acme/app:1": unexpected status from HEAD request: 401 Unauthorized';
    const backOff = `Back-off pulling image "quay.io/acme/app:1": ErrImagePull: ${refused}`;
    for (const from of [waiting("ErrImagePull", refused), waiting("ImagePullBackOff", backOff)]) {
      expect(read(from, adopting)).toMatchObject({
        kind: "answered",
        answer: { kind: "not-pulled", kubelet: `ErrImagePull: ${refused}`, failure: { class: "unauthorized" } },
      });
    }
  });

  it("of an adoption is awaited while the kubelet throttles itself", () => {
    expect(read(waiting("ErrImagePull", "pull QPS exceeded"), adopting)).toMatchObject({
      kind: "stuck",
      answer: { kind: "not-pulled" },
    });
  });

  it("holds no signature of an address", () => {
    const from = waiting("ErrImagePull", 'Get "https://s3.test/blob?X-Amz-Signature=0123456789abcdef": EOF');
    expect(JSON.stringify(read(from, adopting))).not.toContain("0123456789abcdef");
  });
});
