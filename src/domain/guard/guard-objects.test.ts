import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MANAGED_BY_LABEL, STOCK_LABEL, stockSelector } from "../manifests/labels.ts";
import { canaryImage } from "./canary.ts";
import { guardCost, POD_IMAGES_MIN } from "./cost.ts";
import type { Guard } from "./guard.ts";
import { GUARD_ANNOTATION, readGuardAnnotation } from "./guard-annotation.ts";
import { guardObjects } from "./guard-objects.ts";
import { imagesOfPod } from "./listed-image.ts";
import { listedImages } from "./listed-images.ts";
import { pullPoliciesOf } from "./pull-policies.ts";

const guard: Guard = {
  name: "qa",
  stocks: ["qa"],
  ownNamespaces: ["larder", "larder-agents"],
  images: ["docker.io/library/nginx:latest", "quay.io/acme/app:1"],
  allowed: [{ pattern: "quay.io/mesh/*", reason: "sidecars" }],
  namespaces: [],
  selector: [{ key: "team", operator: "In", values: ["qa"] }],
  mode: "deny",
};

function policyOf(changed: Partial<Guard> = {}) {
  const { content, objects } = guardObjects({ ...guard, ...changed });
  const policy = objects.find(({ kind }) => kind === "ValidatingAdmissionPolicy");
  if (policy === undefined) throw new Error("there is no policy");
  return { content, policy, objects };
}

describe("the guard's objects", () => {
  it("are named after the Stock, and known by labels that `down` does not select", () => {
    const { objects } = policyOf();
    expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      "ValidatingAdmissionPolicy larder-qa",
      "ValidatingAdmissionPolicyBinding larder-qa",
      "ValidatingAdmissionPolicyBinding larder-qa-canary",
    ]);
    for (const { metadata } of objects) {
      expect(metadata.labels).toMatchObject({ [MANAGED_BY_LABEL]: "larder", [STOCK_LABEL]: "qa" });
    }
    expect(stockSelector("qa")).toContain("larder.dev/role!=guard");
  });

  it("are the same for the same guard, and have another hash for every other", () => {
    expect(guardObjects(guard)).toEqual(guardObjects({ ...guard }));
    const others: readonly Partial<Guard>[] = [
      { mode: "warn" },
      { images: ["quay.io/acme/app:1"] },
      { allowed: [] },
      { selector: [] },
      { stocks: ["qa", "gpu"] },
    ];
    const contents = [{}, ...others].map((changed) => policyOf(changed).content);
    expect(new Set(contents).size).toBe(contents.length);
  });

  it("hold the list so that it can be read back, however long", () => {
    const image = fc.stringMatching(/^[a-z0-9]{1,20}(?:\/[a-z0-9._-]{1,40}){1,3}:[A-Za-z0-9_.-]{1,40}$/);
    fc.assert(
      fc.property(fc.array(image, { maxLength: 40 }), (images) => {
        const { content, policy } = policyOf({ images });
        expect(listedImages(policy)).toEqual([...images, canaryImage("listed", content)]);
      }),
      { numRuns: 20 },
    );
    const many = Array.from({ length: 5_000 }, (_, n) => `quay.io/acme/team/application:build-${n}`);
    const { policy } = policyOf({ images: many });
    expect(listedImages(policy)).toHaveLength(5_001);
    const variables = policy["spec"] as { variables: { expression: string }[] };
    // What the parser of CEL takes at most.
    for (const { expression } of variables.variables) expect(expression.length).toBeLessThan(100_000);
  });

  it("say what they were told", () => {
    const { policy } = policyOf();
    const { stocks, ownNamespaces, namespaces, selector, allowed } = guard;
    const told = { stocks, ownNamespaces, namespaces, selector, allowed, images: 2, pullPolicies: 0 };
    expect(readGuardAnnotation(policy.metadata.annotations?.[GUARD_ANNOTATION])).toEqual(told);
    for (const broken of [undefined, "", "[", "[]", '{"selector": [{}], "allowed": 3}']) {
      expect(readGuardAnnotation(broken)).toMatchObject({ stocks: [], selector: [], allowed: [], images: 0 });
    }
  });

  it("write pull policies only where they are told which", () => {
    const pullPolicies = pullPoliciesOf([
      { image: "quay.io/acme/app:1", policy: "IfNotPresent" },
      { image: "quay.io/acme/app:1", policy: "Never" },
    ]);
    expect(pullPolicies).toEqual({ Never: ["quay.io/acme/app:1"], IfNotPresent: [], Always: [] });
    const kinds = guardObjects({ ...guard, pullPolicies }, "admissionregistration.k8s.io/v1").objects.map(
      ({ kind }) => kind,
    );
    expect(kinds.filter((kind) => kind.startsWith("Mutating"))).toHaveLength(3);
    expect(kinds.at(-1)).toBe("ValidatingAdmissionPolicyBinding");
  });
});

describe("what the guard costs", () => {
  it("does not depend on the number of names, but on patterns", () => {
    const pattern = (n: number, text: string) => Array.from({ length: n }, () => ({ pattern: text, reason: "" }));
    expect(guardCost(5_000, 0, []).perImage).toBe(guardCost(1, 0, []).perImage);
    expect(guardCost(1, 0, pattern(100, "quay.io/acme/*")).podImagesMax).toBe(500);
    expect(guardCost(1, 0, pattern(100, "quay.io/*/debug:*")).podImagesMax).toBeLessThan(POD_IMAGES_MIN);
  });
});

it("images of a pod are those of all its containers and image volumes", () => {
  const spec = {
    containers: [{ image: "a" }, {}],
    initContainers: [{ image: "b" }],
    ephemeralContainers: [{ image: "c" }],
    volumes: [{ emptyDir: {} }, { image: { reference: "d" } }, { image: {} }],
  };
  expect(imagesOfPod(spec)).toEqual(["a", "b", "c", "d"]);
  expect(imagesOfPod(undefined)).toEqual([]);
});
