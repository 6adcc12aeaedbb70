import { describe, expect, it } from "vitest";
import {
  excludedNamespaces,
  isGuardedNamespace,
  namespaceCondition,
  parseNamespacePattern,
} from "./namespace-pattern.ts";

const own = ["larder", "larder-agents"];

describe("a pattern of namespaces", () => {
  it.each(["qa-*", "*-e2e", "checkout", "default", "a*b*c", "*", "kubeflow", "x-kube-*"])("%s is one", (text) => {
    expect(parseNamespacePattern(text, own)).toEqual({ ok: true, value: text });
  });

  it.each([
    ["kube-system", "takes kube-system"],
    ["kube-*", "takes kube-system"],
    ["kube*", "takes kube-system"],
    ["*-system", "takes kube-system"],
    ["kube-flow", "namespaces of the system (kube-*)"],
    ["openshift", "takes openshift"],
    ["openshift-my", "namespaces of the system (openshift-*)"],
    ["larder", "where Larder's own pods run"],
    ["lard*", "where Larder's own pods run"],
    ["*-agents", "takes larder-agents"],
    ["qa-**", "side by side"],
    ["qa_1", "lower-case letters"],
    ["QA-*", "upper-case"],
    ["", "is empty"],
    ["a?", "lower-case letters"],
    ["a".repeat(64), "64 characters"],
  ])("%j is none: %s", (text, why) => {
    expect(parseNamespacePattern(text, own)).toEqual({ ok: false, error: expect.stringContaining(why) });
  });
});

describe("which namespaces are guarded", () => {
  it.each<[readonly string[], string, boolean]>([
    [["qa-*"], "qa-1", true],
    [["qa-*"], "qa-", true],
    [["qa-*"], "xqa-1", false],
    [["*-qa"], "x-qa", true],
    [["a*c"], "abc", true],
    [["a*c"], "abcd", false],
    [["*"], "anything", true],
    [["*"], "default", false],
    [["*"], "kube-system", false],
    [["*"], "openshift-etcd", false],
    [["*"], "larder", false],
    [["d*"], "default", false],
    [["default"], "default", true],
    [[], "anything", true],
    [[], "kube-node-lease", false],
  ])("%j and %s: %s", (namespaces, namespace, isGuarded) => {
    expect(isGuardedNamespace(namespace, { namespaces, ownNamespaces: own })).toBe(isGuarded);
  });

  it("is said in CEL by the simplest words", () => {
    const [start = "", ...rest] = namespaceCondition(["qa-*", "*-e2e", "one", "a*b"], own).split(") && ");
    expect(start).toBe(
      "(request.namespace.startsWith('qa-') || request.namespace.endsWith('-e2e') || request.namespace == 'one' || request.namespace.matches('^a.*b$')",
    );
    expect(rest.join(") && ")).toContain("!request.namespace.startsWith('kube-')");
    expect(namespaceCondition([], own).startsWith("!(request.namespace in ['default', 'kube-node-lease'")).toBe(true);
  });

  it("leaves default out, unless it is named", () => {
    expect(excludedNamespaces(["*"], own)).toContain("default");
    expect(excludedNamespaces(["default"], own)).not.toContain("default");
  });
});
