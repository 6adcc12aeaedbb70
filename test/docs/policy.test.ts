import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { decideChanges } from "#domain/policy/change.ts";
import { applyPolicies } from "#inputs/pod-manifest/apply-policies.ts";

const page = readFileSync("docs/policy.md", "utf8");

describe("docs/policy.md", () => {
  it("shows what apply makes of a manifest", () => {
    const [before = "", after = ""] = Array.from(page.matchAll(/^```yaml\n(.*?)^```$/gms), ([, text = ""]) => text);
    const decide = decideChanges([
      { image: "quay.io/acme/app:1", registry: "quay.io", policy: "Never", reason: "" },
      { image: "quay.io/acme/db:15", registry: "quay.io", policy: "IfNotPresent", reason: "" },
    ]);
    const applied = applyPolicies("docs/policy.md", before, decide);
    expect(applied).toMatchObject({ ok: true, value: { text: after } });
  });
});
