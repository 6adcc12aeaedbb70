import { describe, expect, it } from "vitest";
import { pathOfCollection, pathOfObject, pathOfVersion, targetOf, withQuery } from "./paths.ts";
import { parseWarnings } from "./warning-header.ts";

describe("paths", () => {
  it.each([
    [pathOfObject({ resource: "nodes", name: "n" }), "/api/v1/nodes/n"],
    [pathOfObject({ resource: "pods", namespace: "a", name: "p" }), "/api/v1/namespaces/a/pods/p"],
    [pathOfObject({ resource: "pods", namespace: "../x", name: "a/b?c" }), "/api/v1/namespaces/..%2Fx/pods/a%2Fb%3Fc"],
    [pathOfCollection({ resource: "daemonsets", namespace: "a" }), "/apis/apps/v1/namespaces/a/daemonsets"],
    [pathOfCollection({ resource: "daemonsets" }), "/apis/apps/v1/daemonsets"],
    [
      pathOfObject({ resource: "daemonsets", apiVersion: "apps/v1beta2", namespace: "a", name: "d" }),
      "/apis/apps/v1beta2/namespaces/a/daemonsets/d",
    ],
    [pathOfVersion("v1"), "/api/v1"],
    [pathOfVersion("apps/v1"), "/apis/apps/v1"],
  ])("%s", (path, expected) => {
    expect(path).toBe(expected);
  });

  it("take the version that an object itself names", () => {
    const metadata = { name: "p" };
    const object = { apiVersion: "admissionregistration.k8s.io/v1beta1", kind: "MutatingAdmissionPolicy", metadata };
    expect(targetOf(object)).toEqual({
      resource: "mutatingadmissionpolicies",
      collection: "/apis/admissionregistration.k8s.io/v1beta1/mutatingadmissionpolicies",
    });
    expect(targetOf({ apiVersion: "v1", kind: "Shelf", metadata })).toBeUndefined();
  });

  it("have a query of what is asked, encoded", () => {
    const parameters = { labelSelector: "a in (b,c)", limit: 5, force: true, dryRun: false, continue: undefined };
    expect(withQuery("/p", parameters)).toBe("/p?labelSelector=a%20in%20(b%2Cc)&limit=5&force=true");
    expect(withQuery("/p", {})).toBe("/p");
  });
});

describe("warnings of a server", () => {
  it.each([
    ['299 - "one"', ["one"]],
    ['299 - "one, two", 299 kube "thr\\"ee"', ["one, two", 'thr"ee']],
    ['199 - "other"', []],
    [undefined, []],
  ])("%s", (header, expected) => {
    expect(parseWarnings(header)).toEqual(expected);
  });
});
