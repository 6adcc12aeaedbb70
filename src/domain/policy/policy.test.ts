import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arbitraryVerdict } from "../../../test/kit/arbitrary-verdicts.ts";
import { verdict } from "../../../test/kit/sample-verdicts.ts";
import { keyOf } from "../verdict/fold.ts";
import type { Verdict } from "../verdict/verdict.ts";
import { decideChanges } from "./change.ts";
import { policiesOf, weakerPolicy } from "./policy.ts";
import { policyVariables } from "./variables.ts";

const image = "quay.io/acme/app:1";
const quay = "ci/quay";

/** Served on two nodes with `ci/quay`, and what a third one says. */
function judge(third: Partial<Verdict>, secrets?: readonly string[]): string {
  const some = [
    verdict({ node: "n1", image, secret: quay }),
    verdict({ node: "n2", image, secret: quay }),
    verdict({ node: "n3", image, secret: quay, ...third }),
  ];
  const [only] = policiesOf(some, secrets && { secrets }).images;
  return `${only?.policy}: ${only?.reason}`;
}

describe("policiesOf an image", () => {
  it.each<readonly [Partial<Verdict>, string]>([
    [{}, "Never: all 3 nodes serve it"],
    [{ protection: "unprotected" }, "Never: all 3 nodes serve it"],
    [
      { verdict: "refused", reason: "no record" },
      "IfNotPresent: the kubelet refuses it with ci/quay on 1 of 3 nodes (n3): no record",
    ],
    [{ verdict: "absent", reason: "collected" }, "IfNotPresent: it is absent on 1 of 3 nodes (n3): collected"],
    [
      { verdict: "unknown", reason: "not ready", cause: "node-unavailable" },
      "IfNotPresent: nobody knows whether it is served with ci/quay on 1 of 3 nodes (n3): not ready",
    ],
    [
      { verdict: "unknown", reason: "AlwaysPullImages", cause: "policy-changed" },
      "IfNotPresent: the cluster changes Never to another policy on 1 of 3 nodes (n3): AlwaysPullImages",
    ],
    [
      { verdict: "unknown", reason: "not found", cause: "secret-missing" },
      "null: no policy helps: the secret ci/quay is missing on 1 of 3 nodes (n3): not found",
    ],
    [
      { verdict: "refused", reason: "401", class: "unauthorized" },
      "null: no policy helps: the secret ci/quay is wrong on 1 of 3 nodes (n3): 401",
    ],
    [
      { secret: null, verdict: "absent", reason: "401", class: "forbidden" },
      "null: no policy helps: the registry wants a secret, and none matches, on 1 of 3 nodes (n3): 401",
    ],
    [
      { verdict: "absent", reason: "404", class: "not-found" },
      "null: no policy helps: the kubelet cannot pull it on 1 of 3 nodes (n3): 404",
    ],
    [
      { verdict: "absent", reason: "no room", class: "disk" },
      "IfNotPresent: it is absent on 1 of 3 nodes (n3): no room",
    ],
    [{ class: "unauthorized" }, "Never: all 3 nodes serve it"],
  ])("%j gives %s", (third, judgement) => expect(judge(third)).toBe(judgement));

  it("counts the secrets that the tests use, and always what was proven without any", () => {
    const other = { node: "n1", secret: "ci/other", verdict: "refused", reason: "another secret" } as const;
    expect(judge(other)).toMatch(/^IfNotPresent: the kubelet refuses it with ci\/other on 1 of 2 nodes/);
    expect(judge(other, [quay])).toBe("Never: all 2 nodes serve it");
    expect(judge(other, ["ci/gone"])).toBe("IfNotPresent: it was proven only with ci/quay, ci/other");
    expect(judge({ secret: null, verdict: "refused", reason: "no record" }, [quay])).toMatch(/^IfNotPresent/);
  });

  it("asks for a verdict about every image that is named, and passes over others", () => {
    const { images } = policiesOf([verdict({ node: "n", image })], { images: ["busybox"] });
    expect(images).toEqual([
      { image: "busybox", registry: "docker.io", policy: "IfNotPresent", reason: "there is no verdict about it" },
    ]);
  });

  it("gives Never only where every verdict is served, whatever the others say", () => {
    const verdicts = fc.uniqueArray(arbitraryVerdict, { selector: keyOf, maxLength: 12 });
    fc.assert(
      fc.property(verdicts, (some) => {
        const { images, registries } = policiesOf(some);
        for (const { image: name, policy, registry } of images) {
          const all = some.filter((one) => one.image === name);
          expect(policy === "Never").toBe(all.every((one) => one.verdict === "served"));
          expect(weakerPolicy(registries.get(registry)?.policy ?? null, policy)).toBe(registries.get(registry)?.policy);
        }
        for (const [registry, { policy }] of registries) {
          expect(images.some((one) => one.registry === registry && one.policy === policy)).toBe(true);
        }
      }),
    );
  });
});

describe("policiesOf a registry", () => {
  it("is that of its weakest image", () => {
    const { registries } = policiesOf([
      verdict({ node: "n", image }),
      verdict({ node: "n", image: "quay.io/acme/db:1", verdict: "absent", reason: "collected" }),
      verdict({ node: "n", image: "busybox" }),
      verdict({ node: "n", image: "docker.io/library/nginx:1" }),
      verdict({ node: "n", image: "localhost:5000/a", verdict: "unknown", reason: "gone", cause: "secret-missing" }),
    ]);
    expect(Object.fromEntries(registries)).toEqual({
      "quay.io": {
        policy: "IfNotPresent",
        reason: "1 of 2 images, such as quay.io/acme/db:1: it is absent on 1 of 1 node (n): collected",
      },
      "docker.io": { policy: "Never", reason: "all 2 images are served" },
      "localhost:5000": {
        policy: null,
        reason: "localhost:5000/a: no policy helps: a secret is missing on 1 of 1 node (n): gone",
      },
    });
  });
});

describe("policyVariables", () => {
  it("names each registry in upper case, and joins those that have one name", () => {
    const registries = new Map([
      ["quay.io", { policy: "Never", reason: "" }],
      ["quay-io", { policy: "IfNotPresent", reason: "" }],
      ["registry.example:5000", { policy: null, reason: "" }],
      ["[::1]:5000", { policy: "Never", reason: "" }],
    ] as const);
    expect(policyVariables({ registries })).toEqual([
      { name: "IMAGE_PULL_POLICY_FOR_QUAY_IO", value: "IfNotPresent", registries: ["quay.io", "quay-io"] },
      {
        name: "IMAGE_PULL_POLICY_FOR_REGISTRY_EXAMPLE_5000",
        value: "IfNotPresent",
        registries: ["registry.example:5000"],
      },
      { name: "IMAGE_PULL_POLICY_FOR____1__5000", value: "Never", registries: ["[::1]:5000"] },
    ]);
  });
});

describe("decideChanges", () => {
  const digest = `quay.io/acme/app@sha256:${"0".repeat(64)}`;
  const decide = (known: string, policy: "Never" | "IfNotPresent" | null, written?: unknown, name = known) =>
    decideChanges([{ image: known, registry: "", policy, reason: "why" }])({ image: name, policy: written });

  it.each([
    ["a:1", "Never", undefined, "Never"],
    ["a:1", "Never", null, "Never"],
    ["a:1", "Never", "", "Never"],
    ["a:1", "Never", "Sometimes", "Never"],
    [digest, "Never", undefined, "Never"],
    ["a:1", "IfNotPresent", "Never", "IfNotPresent"],
    ["a", "Never", "IfNotPresent", "Never"],
  ] as const)("sets %s with %s where %j is written to %s", (name, policy, written, to) => {
    expect(decide(name, policy, written)).toEqual({ kind: "set", to });
  });

  it.each([
    ["a:1", "Never", "Never"],
    ["a:1", "IfNotPresent", undefined],
    ["a:1", "IfNotPresent", "Always"],
    ["a", "IfNotPresent", undefined],
  ] as const)("says nothing of %s with %s where %j is written", (name, policy, written) => {
    expect(decide(name, policy, written)).toBeUndefined();
  });

  it.each([
    ["a:1", "Never", "Always", "it says Always"],
    ["a", "Never", undefined, "without a policy, latest means Always"],
    [`a:latest@sha256:${"0".repeat(64)}`, "Never", undefined, "without a policy, latest means Always"],
    ["a:1", null, "Never", "why"],
  ] as const)("leaves %s with %s where %j is written: %s", (name, policy, written, why) => {
    expect(decide(name, policy, written)).toEqual({ kind: "leave", why });
  });

  it("takes no other spelling for the same image", () => {
    expect(decide("a:1", "Never", undefined, "docker.io/library/a:1")).toEqual({
      kind: "leave",
      why: "only the spelling a:1 was proven",
    });
    expect(decide("a:1", "Never", undefined, "b:1")).toBeUndefined();
    expect(decide("a:1", "Never", undefined, "no image: at all")).toBeUndefined();
  });
});
