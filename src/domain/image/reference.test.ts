import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { imageForRuntime, normalizedImage, parseImageReference, repositoryOf } from "./reference.ts";

const sha = "a".repeat(64);

function parsed(text: string) {
  const result = parseImageReference(text);
  if (!result.ok) throw new Error(`${text}: ${result.error}`);
  return result.value;
}

describe("one image, many spellings", () => {
  it.each([
    ["busybox", "docker.io/library/busybox:latest"],
    ["library/busybox", "docker.io/library/busybox:latest"],
    ["docker.io/busybox:1.36", "docker.io/library/busybox:1.36"],
    ["index.docker.io/library/busybox", "docker.io/library/busybox:latest"],
    ["busybox:5000", "docker.io/library/busybox:5000"],
    ["team/app", "docker.io/team/app:latest"],
    ["localhost/app", "localhost/app:latest"],
    ["localhost:5000/app", "localhost:5000/app:latest"],
    ["quay.io/a/b/c:1", "quay.io/a/b/c:1"],
    ["quay.io/app:1@sha256:".concat(sha), `quay.io/app@sha256:${sha}`],
    ["UPPER/app", "UPPER/app:latest"],
    ["[::1]:5000/app", "[::1]:5000/app:latest"],
    ["r.io/a__b/c--d.e_f", "r.io/a__b/c--d.e_f:latest"],
  ])("%s is %s", (written, normalized) => {
    expect(normalizedImage(parsed(written))).toBe(normalized);
    expect(parsed(written).written).toBe(written);
  });

  it("goes to the runtime as the kubelet sends it", () => {
    expect(imageForRuntime(parsed("busybox"))).toBe("busybox:latest");
    expect(imageForRuntime(parsed("r.io/app:1"))).toBe("r.io/app:1");
    expect(imageForRuntime(parsed(`r.io/app@sha256:${sha}`))).toBe(`r.io/app@sha256:${sha}`);
  });
});

describe("what is no image reference says why", () => {
  it.each([
    ["", "is empty"],
    ["Busybox", "upper-case"],
    ["r.io/Team/app", "upper-case"],
    ["https://r.io/app", "URL scheme"],
    ["a b", "white space"],
    ["r.io/app:", "colon without a tag"],
    ["r.io/app@", "@ without a digest"],
    [sha, "image ID"],
    [`r.io/app@sha256:${"a".repeat(63)}`, "digest"],
    [`r.io/app@sha256:${"A".repeat(64)}`, "digest"],
    [`r.io/app@md5:${"a".repeat(32)}`, "digest"],
    [`r.io/${"a".repeat(256)}`, "256 characters"],
    [`r.io/app:${"t".repeat(129)}`, "not an image reference"],
    ["r.io/app:1:2", "not an image reference"],
    ["r.io//app", "not an image reference"],
    ["r.io/.app", "not an image reference"],
    ["-r.io/app", "not an image reference"],
    [":1", "not an image reference"],
  ])("%j", (text, why) => {
    const result = parseImageReference(text);
    expect(result).toEqual({ ok: false, error: expect.stringContaining(why) });
  });

  it("takes the longest that is allowed", () => {
    expect(parsed(`r.io/${"a".repeat(255)}:${"t".repeat(128)}`).path).toHaveLength(255);
  });
});

const word = fc.stringMatching(/^[a-z0-9]{1,8}$/);
const reference = fc.record({
  registry: fc.constantFrom("r.io", "localhost", "localhost:5000", "a.b.example:443", "docker.io"),
  path: fc.array(word, { minLength: 2, maxLength: 4 }).map((parts) => parts.join("/")),
  tag: fc.option(fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}$/), { nil: undefined }),
  digest: fc.option(fc.stringMatching(/^[0-9a-f]{64}$/), { nil: undefined }),
});

describe("round trip", () => {
  it("what is put together comes apart again", () => {
    fc.assert(
      fc.property(reference, ({ registry, path, tag, digest }) => {
        const text = `${registry}/${path}${tag ? `:${tag}` : ""}${digest ? `@sha256:${digest}` : ""}`;
        const value = parsed(text);
        expect(value).toMatchObject({ registry, path, written: text });
        expect(value.tag).toBe(tag);
        expect(value.digest).toBe(digest && `sha256:${digest}`);
        expect(repositoryOf(value)).toBe(`${registry}/${path}`);
      }),
    );
  });

  it("normalizing twice changes nothing", () => {
    fc.assert(
      fc.property(reference, ({ registry, path, tag }) => {
        const once = normalizedImage(parsed(`${registry}/${path}${tag ? `:${tag}` : ""}`));
        expect(normalizedImage(parsed(once))).toBe(once);
      }),
    );
  });

  it("no text at all makes it throw or hang", () => {
    fc.assert(fc.property(fc.string({ maxLength: 300 }), (text) => typeof parseImageReference(text).ok === "boolean"));
    expect(parseImageReference(`${"a-".repeat(20_000)}!`).ok).toBe(false);
  });
});
