import { describe, expect, it } from "vitest";
import { isAllowedImage, parseAllowPattern, prefixPattern } from "./allow-pattern.ts";

describe("an image that is allowed", () => {
  it.each([
    ["quay.io/acme/*=base images", "quay.io/acme/*", "base images"],
    ["nginx=web", "docker.io/library/nginx:latest", "web"],
    ["nginx:*=web", "docker.io/library/nginx:*", "web"],
    ["acme/*=ours", "docker.io/acme/*", "ours"],
    ["docker.io/nginx:*=web", "docker.io/library/nginx:*", "web"],
    ["index.docker.io/acme/*=a=b", "docker.io/acme/*", "a=b"],
    ["docker.io/*=all of it", "docker.io/*", "all of it"],
    ["*.example.com/x/*= hosts ", "*.example.com/x/*", "hosts"],
    ["localhost:5000/*=mine", "localhost:5000/*", "mine"],
  ])("%s", (text, pattern, reason) => {
    expect(parseAllowPattern(text)).toEqual({ ok: true, value: { pattern, reason } });
  });

  it.each([
    ["quay.io/acme/*", "gives no reason"],
    ["quay.io/acme/*= ", "gives no reason"],
    ["*=all", "allows every image"],
    ["*/*=all", "allows every image"],
    ["*nginx=web", "does not say of which registry"],
    ["q*/acme/app=x", "a wildcard where its registry's name should be"],
    ["quay.io/a'b*=x", "characters that no image reference has"],
    ["Quay.io/Acme=x", "upper-case"],
    [`quay.io/a*=${"x".repeat(501)}`, "more than 500"],
    [`quay.io/${"a".repeat(500)}*=x`, "more than 500"],
  ])("%j is none: %s", (text, why) => {
    expect(parseAllowPattern(text)).toEqual({ ok: false, error: expect.stringContaining(why) });
  });

  it("does not let a wildcard in the host go past it", () => {
    const allowed = [{ pattern: "*.example.com/x/*", reason: "hosts" }];
    expect(isAllowedImage("eu.example.com/x/y:1", allowed)).toBe(true);
    expect(isAllowedImage("evil.io/eu.example.com/x/y:1", allowed)).toBe(false);
    expect(isAllowedImage("euXexample.com/x/y:1", allowed)).toBe(false);
  });

  it("costs little where its only wildcard is its end", () => {
    expect(prefixPattern("quay.io/acme/*")).toBe("quay.io/acme/");
    expect(prefixPattern("*.io/acme/*")).toBeUndefined();
    expect(prefixPattern("quay.io*")).toBeUndefined();
  });
});
