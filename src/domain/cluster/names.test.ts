import { describe, expect, it } from "vitest";
import { checkLabelKey, isReservedLabelKey } from "./labels.ts";
import { parseDnsLabel, parseDnsSubdomain } from "./names.ts";
import { formatPlatform, parsePlatform } from "./platform.ts";
import { formatSecretName, parseSecretName } from "./secret-name.ts";

describe("names", () => {
  it.each(["a", "0", "qa", "a-b--c", "x".repeat(63)])("%s is a DNS label", (text) => {
    expect(parseDnsLabel(text)).toEqual({ ok: true, value: text });
    expect(parseDnsSubdomain(text)).toEqual({ ok: true, value: text });
  });

  it.each([
    ["", "is empty"],
    ["QA", "has upper-case letters"],
    ["-a", "does not begin and end with a letter or digit"],
    ["a-", "does not begin and end with a letter or digit"],
    ["a_b", "is not made of lower-case letters, digits and hyphens"],
    ["a\n", "is not made of lower-case letters, digits and hyphens"],
    ["a.b", "is not made of lower-case letters, digits and hyphens"],
    ["x".repeat(64), "has 64 characters, and 63 are allowed"],
  ])("%j is none: %s", (text, why) => {
    expect(parseDnsLabel(text)).toEqual({ ok: false, error: why });
  });

  it("may have dots where Kubernetes has a subdomain, but no empty part", () => {
    expect(parseDnsSubdomain("ip-10-0-0-1.ec2.internal").ok).toBe(true);
    expect(parseDnsSubdomain("a..b").ok).toBe(false);
    expect(parseDnsSubdomain("a.-b").ok).toBe(false);
  });

  it("can be held shorter", () => {
    expect(parseDnsLabel("abcdef", 5)).toEqual({ ok: false, error: "has 6 characters, and 5 are allowed" });
  });
});

describe("a secret", () => {
  it("has a namespace and a name", () => {
    const parsed = parseSecretName("ci/quay.io-pull");
    expect(parsed).toEqual({ ok: true, value: { namespace: "ci", name: "quay.io-pull" } });
    expect(parsed.ok && formatSecretName(parsed.value)).toBe("ci/quay.io-pull");
  });

  it.each([
    ["quay", "does not say in which namespace the secret is"],
    ["a/b/c", "has more than one slash"],
    ["/b", "has a namespace that is empty"],
    ["a/", "has a name that is empty"],
    ["A/b", "has a namespace that has upper-case letters"],
  ])("%j is none: %s", (text, why) => {
    expect(parseSecretName(text)).toEqual({ ok: false, error: why });
  });
});

describe("a platform", () => {
  it("is a system and an architecture", () => {
    const parsed = parsePlatform("linux/arm64");
    expect(parsed.ok && formatPlatform(parsed.value)).toBe("linux/arm64");
  });

  it.each([
    ["arm64", "has no slash"],
    ["linux/arm/v7", "has a variant"],
    ["linux/x86_64", "did you mean amd64?"],
    ["linux/aarch64", "did you mean arm64?"],
    ["linux/amd46", "did you mean amd64?"],
    ["linux/vax", "architecture that is not known"],
    ["windows/amd64", "cannot be stocked"],
    ["darwin/arm64", "system that is not known"],
  ])("%s is none: %s", (text, why) => {
    expect(parsePlatform(text)).toEqual({ ok: false, error: expect.stringContaining(why) });
  });
});

describe("labels", () => {
  it.each(["a", "a.b/C_d-e", "node-role.kubernetes.io/worker"])("%s is a key", (key) => {
    expect(checkLabelKey(key).ok).toBe(true);
  });

  it.each([
    ["kubernetes.io/arch", true],
    ["node-role.kubernetes.io/x", true],
    ["k8s.io/x", true],
    ["larder.dev/qa", false],
    ["notkubernetes.io/x", false],
    ["kubernetes.io", false],
  ])("%s belongs to Kubernetes: %s", (key, isReserved) => {
    expect(isReservedLabelKey(key)).toBe(isReserved);
  });
});
