import { describe, expect, it } from "vitest";
import { parsePullPolicies } from "./read-pull-policies.ts";

describe("a result of larder policy", () => {
  it("gives the policy of each image under its normalized name, and leaves out what no policy helps", () => {
    const text = JSON.stringify({
      registries: { "docker.io": { policy: "Never", reason: "all nodes serve it" } },
      images: [
        { image: "nginx", policy: "Never", reason: "all nodes serve it" },
        { image: "quay.io/acme/b:1", policy: "IfNotPresent", reason: "x", more: 1 },
        { image: "quay.io/acme/gone:1", policy: null, reason: "no policy helps" },
      ],
    });
    expect(parsePullPolicies("policy.json", text)).toEqual({
      ok: true,
      value: { Never: ["docker.io/library/nginx:latest"], IfNotPresent: ["quay.io/acme/b:1"], Always: [] },
    });
  });

  it.each([
    ["images: []", "it is not JSON"],
    ["{}", "images"],
    ['{"images": [{"image": "a", "policy": "Sometimes"}]}', "images.0.policy"],
    ['{"images": [{"image": "A", "policy": "Never"}]}', "upper-case"],
  ])("%s is none: %s", (text, why) => {
    const read = parsePullPolicies("policy.json", text);
    if (read.ok) throw new Error("it was taken");
    expect(read.error[0]?.problem).toContain(why);
    expect(read.error[0]).toMatchObject({ code: "POLICY_INVALID", at: { file: "policy.json" } });
  });
});
