import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { byteRange } from "./byte-range.ts";
import { liesUnder } from "./repository-prefix.ts";
import { routeOf } from "./route.ts";

const component = fc.stringMatching(/^[a-z0-9]+(?:[._-][a-z0-9]+)?$/);
const repositories = fc.array(component, { minLength: 1, maxLength: 4 }).map((components) => components.join("/"));
const references = fc.stringMatching(/^\w[\w.-]{0,20}$/);

describe("routes", () => {
  it("finds any repository, also one whose components have the names of endpoints", () => {
    const tricky = fc.constantFrom("blobs", "manifests", "tags", "a/manifests/b", "blobs/uploads", "tags/list");
    fc.assert(
      fc.property(fc.oneof(repositories, tricky), references, (repository, reference) => {
        expect(routeOf(`/v2/${repository}/manifests/${reference}`)).toEqual({
          part: "manifest",
          repository,
          reference,
        });
        expect(routeOf(`/v2/${repository}/tags/list`)).toEqual({ part: "tags", repository });
        expect(routeOf(`/v2/${repository}/blobs/sha256:${reference}`)).toEqual({
          part: "blob",
          repository,
          reference: `sha256:${reference}`,
        });
      }),
    );
  });

  it.each([
    ["/v2", { part: "ping" }],
    ["/v2/", { part: "ping" }],
    ["/token", { part: "token" }],
    ["/v2/a/blobs/uploads/", { part: "upload", repository: "a" }],
    ["/v2/a/blobs/uploads/12-34", { part: "upload", repository: "a", upload: "12-34" }],
    ["/v2/a/blobs/sha256%3Aabc", { part: "blob", repository: "a", reference: "sha256:abc" }],
    ["/v2/a/blobs/x/y", { part: "elsewhere" }],
    ["/v2/A/manifests/1", { part: "bad-name" }],
    ["/v2/a/manifests/%", { part: "manifest", repository: "a", reference: "%" }],
    ["/", { part: "elsewhere" }],
    ["", { part: "elsewhere" }],
  ])("%s", (path, route) => {
    expect(routeOf(path)).toEqual(route);
  });
});

describe("byte ranges", () => {
  it("give what a slice of the bytes gives, or nothing where it is empty", () => {
    const bound = fc.integer({ min: 0, max: 30 });
    fc.assert(
      fc.property(bound, bound, bound, (first, last, size) => {
        const bytes = Array.from({ length: size }, (_, index) => index);
        const cut = (text: string): number[] => {
          const range = byteRange(text, size);
          return range ? bytes.slice(range.from, range.to) : [];
        };
        expect(cut(`bytes=${first}-${last}`)).toEqual(bytes.slice(first, last + 1));
        expect(cut(`bytes=${first}-`)).toEqual(bytes.slice(first));
        expect(cut(`bytes=-${last}`)).toEqual(last === 0 ? [] : bytes.slice(-last));
      }),
    );
  });

  it.each(["bytes=-", "bytes", "items=0-1", "bytes=a-b", ""])("%j is none", (text) => {
    expect(byteRange(text, 10)).toBeUndefined();
  });
});

it("a prefix holds whole components", () => {
  expect(liesUnder("team", "team")).toBe(true);
  expect(liesUnder("team/app", "team")).toBe(true);
  expect(liesUnder("teamwork", "team")).toBe(false);
  expect(liesUnder("team", "team/app")).toBe(false);
});
