import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { recordedStates } from "../../../test/kit/kubelet-pods.ts";
import { type ContainerTold, podObject } from "../../../test/kit/larder-pods.ts";
import { kubeletFailureOf } from "./kubelet-failure.ts";
import { nodeStandings, type Wanted } from "./node-standing.ts";
import { podFactsOf } from "./pod-facts.ts";

const app = "quay.io/acme/app:1";
const wanted = (more: Partial<Wanted> = {}): Wanted => ({
  stock: "qa",
  namespace: "larder",
  method: "kubelet",
  images: [app],
  ...more,
});
const runs: ContainerTold = { runningSinceMs: 1_000 };

function standing(wants: readonly Wanted[], ...pods: Parameters<typeof podObject>[0][]): string | undefined {
  const facts = pods.flatMap((pod) => podFactsOf(podObject(pod)) ?? []);
  return nodeStandings(wants, facts).get(app)?.kind;
}

describe("nodeStandings", () => {
  it("takes the best of several pods for one image", () => {
    const old = { node: "a", name: "old", told: { [app]: runs } };
    const young = { node: "a", name: "new", told: { [app]: "creating" } } as const;
    expect(standing([wanted()], old, young)).toBe("stocked");
    expect(standing([wanted()], young)).toBe("pulling");
  });

  it("does not take a pod of the Stock as it was for one of the Stock as it is", () => {
    const old = { node: "a", name: "old", revision: "1", told: { [app]: runs } };
    const young = { node: "a", name: "new", revision: "2", told: { [app]: "creating" } } as const;
    expect(standing([wanted({ revisions: ["2"] })], old)).toBe("waiting");
    expect(standing([wanted({ revisions: ["2"] })], old, young)).toBe("pulling");
    expect(standing([wanted({ revisions: ["1"] })], old, young)).toBe("stocked");
    expect(standing([wanted({ revisions: [] })], old, young)).toBe("stocked");
  });

  it("does not say of a pod that goes that nothing holds its image", () => {
    const ended = podObject({ node: "a", told: { [app]: { endedMs: 5_000, message: "" } } });
    const going = { ...ended, metadata: { ...ended.metadata, deletionTimestamp: "2026-01-01T00:00:09Z" } };
    const kinds = [ended, going].map(
      (pod) =>
        nodeStandings(
          [wanted()],
          [podFactsOf(pod)].flatMap((one) => one ?? []),
        ).get(app)?.kind,
    );
    expect(kinds).toEqual(["stocked", "waiting"]);
  });

  it("takes the worst of several Stocks that want one image", () => {
    const one = { node: "a", told: { [app]: runs } };
    expect(standing([wanted(), wanted({ stock: "dev" })], one)).toBe("waiting");
    expect(standing([wanted(), wanted({ stock: "dev" })], one, { ...one, stock: "dev" })).toBe("stocked");
  });

  it("ignores pods of other Stocks, of another namespace and of no Stock", () => {
    expect(standing([wanted()], { node: "a", stock: "dev", told: { [app]: runs } })).toBe("waiting");
    expect(standing([wanted({ namespace: "qa" })], { node: "a", told: { [app]: runs } })).toBe("waiting");
    const pod = podObject({ node: "a", told: { [app]: runs } });
    expect(podFactsOf({ ...pod, metadata: { ...pod.metadata, labels: {} } })).toBeUndefined();
  });

  it("hybrid: what an agent pulled is not yet the kubelet's", () => {
    const agent = { node: "a", role: "agent", told: { [app]: runs } } as const;
    const hybrid = [wanted({ method: "hybrid" })];
    expect(standing(hybrid, agent)).toBe("pulling");
    expect(standing(hybrid, agent, { node: "a", told: { [app]: runs } })).toBe("stocked");
  });
});

describe("podFactsOf", () => {
  it("finds the node that a DaemonSet wants for a pod that is on none", () => {
    const pod = podObject({ node: "a", told: { [app]: "creating" } });
    const terms = [{ matchFields: [{ key: "metadata.name", operator: "In", values: ["b"] }] }];
    const nodeAffinity = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } };
    expect(podFactsOf({ ...pod, spec: { affinity: { nodeAffinity } } })?.node).toBe("b");
  });

  it("reads any object without harm", () => {
    const { metadata } = podObject({ node: "a", told: { [app]: runs } });
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (spec, status) => {
        const facts = podFactsOf({ apiVersion: "v1", kind: "Pod", metadata, spec, status });
        expect(nodeStandings([wanted()], facts ? [facts] : []).size).toBe(1);
      }),
    );
  });

  it("keeps the times by the node's clock", () => {
    const [pod] = recordedStates("vol-ok");
    expect(pod?.containers[0]?.state).toEqual({ kind: "running", sinceMs: Date.parse("2026-11-25T02:48:47Z") });
    // The kubelet noticed a second after the container ran that it could.
    expect(pod?.readyMs).toBe(Date.parse("2026-11-25T02:48:48Z"));
    const standings = nodeStandings([wanted({ images: ["registry.test:5000/public/tool:1"] })], pod ? [pod] : []);
    expect([...standings.values()]).toMatchObject([{ kind: "stocked", durationMs: 0 }]);
  });
});

describe("kubeletFailureOf", () => {
  it.each([
    ["ErrImagePull", "pull QPS exceeded", "rate-limited", false],
    ["ImagePullBackOff", 'Back-off pulling image "a": ErrImagePull: pull QPS exceeded', "rate-limited", false],
    ["ImagePullBackOff", 'Back-off pulling image "a"', "unknown", false],
    ["RegistryUnavailable", "image pull failed for a", "registry-unavailable", false],
    ["SignatureValidationFailed", "image pull failed for a", "signature-policy", true],
    ["InvalidImageName", "Failed to apply default image tag", "invalid-reference", true],
    [
      "ImageInspectError",
      "Failed to inspect image: rpc error: code = Unavailable desc = connection error: desc = x",
      "runtime-unavailable",
      false,
    ],
    ["ErrImageNeverPull", 'Container image "a" is not present with pull policy of Never', "unknown", true],
  ])("%s: %s", (reason, message, failureClass, permanent) => {
    expect(kubeletFailureOf(reason, message)).toMatchObject({ class: failureClass, permanent });
  });

  it("knows nothing of what is not about pulling, and tells no secret", () => {
    expect(kubeletFailureOf("CreateContainerError", "x")).toBeUndefined();
    const message = "Head https://u:geheim@registry.test/v2/: 401 Unauthorized";
    expect(kubeletFailureOf("ErrImagePull", message)?.message).not.toContain("geheim");
  });
});
