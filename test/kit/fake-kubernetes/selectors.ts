import type { ApiObject } from "../../../src/domain/cluster/api-object.ts";

/** `a=b,c!=d,e in (f,g),h notin (i),j,!k` (k8s.io/apimachinery, pkg/labels). */
export function matchesLabels(object: ApiObject, selector: string | undefined): boolean {
  const labels = object.metadata.labels ?? {};
  return requirementsOf(selector).every((requirement) => {
    const [, key = "", not, values] = /^\s*(\S+)\s+(not)?in\s+\(([^)]*)\)\s*$/.exec(requirement) ?? [];
    if (values !== undefined) {
      const isIn = values.split(",").some((value) => labels[key] === value.trim());
      return isIn === (not === undefined);
    }
    const [, name = "", operator, value = ""] = /^\s*([^=!\s]+)\s*(==|=|!=)\s*(.*?)\s*$/.exec(requirement) ?? [];
    if (operator !== undefined) return (labels[name] === value) === (operator !== "!=");
    const word = requirement.trim();
    return word.startsWith("!") ? !(word.slice(1) in labels) : word in labels;
  });
}

/** `metadata.name=a,spec.nodeName!=b` (k8s.io/apimachinery, pkg/fields). */
export function matchesFields(object: ApiObject, selector: string | undefined): boolean {
  return requirementsOf(selector).every((requirement) => {
    const [, path = "", operator, value] = /^(.+?)(==|=|!=)(.*)$/.exec(requirement.trim()) ?? [];
    let found: unknown = object;
    for (const step of path.split(".")) found = (found as Record<string, unknown> | undefined)?.[step];
    return ((found ?? "") === value) === (operator !== "!=");
  });
}

function requirementsOf(selector = ""): string[] {
  return selector.trim() === "" ? [] : selector.split(/,(?![^(]*\))/);
}
