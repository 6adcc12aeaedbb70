/**
 * Which nodes, by their labels. Written as a map, as in `nodeSelector`, or in the string form that `kubectl get nodes -l` takes
 * (k8s.io/apimachinery, pkg/labels: Parse); kept as the requirements of a node affinity, which can say all of both.
 */
import { fail, ok, type Result } from "../result.ts";
import { checkLabelKey, checkLabelValue, type Labels } from "./labels.ts";

/** All requirements must hold. As in Kubernetes, a node without the label fulfils `NotIn`. */
export type NodeRequirement =
  | {
      readonly key: string;
      readonly operator: "In" | "NotIn";
      readonly values: readonly string[];
    }
  | { readonly key: string; readonly operator: "Exists" | "DoesNotExist" }
  | { readonly key: string; readonly operator: "Gt" | "Lt"; readonly value: number };

const requirementPattern =
  /^(?:(?<absent>!)\s*)?(?<key>[^\s=!<>()]+)(?:\s*(?<operator>==|=|!=|>|<)\s*(?<value>[^\s=!<>()]*)|\s+(?<set>in|notin)\s*\((?<values>[^()]*)\))?$/;

/** @returns the requirements, none for an empty text; or what is wrong, as a clause without a subject */
export function parseNodeSelector(text: string): Result<readonly NodeRequirement[], string> {
  if (text.trim() === "") return ok([]);
  const requirements: NodeRequirement[] = [];
  for (const part of splitOutsideParentheses(text)) {
    const requirement = parseRequirement(part);
    if (!requirement.ok) return requirement;
    requirements.push(requirement.value);
  }
  return ok(requirements);
}

/** What `nodeSelector` means: the label is there and has this value. */
export function selectorOfLabels(labels: Labels): readonly NodeRequirement[] {
  return Array.from(labels, ([key, value]) => ({ key, operator: "In", values: [value] }));
}

/** Whether a node's labels fulfil a requirement (k8s.io/apimachinery, pkg/labels/selector.go: Requirement.Matches). */
export function matchesRequirement(labels: Labels, requirement: NodeRequirement): boolean {
  const value = labels.get(requirement.key);
  switch (requirement.operator) {
    case "In":
      return value !== undefined && requirement.values.includes(value);
    case "NotIn":
      return value === undefined || !requirement.values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    case "Gt":
    case "Lt":
      return value !== undefined && comparesAs(requirement.operator, value, requirement.value);
  }
}

/** As `kubectl get nodes -l` takes it: `pool in (ci,qa)`. */
export function formatRequirement(requirement: NodeRequirement): string {
  const { key, operator } = requirement;
  switch (operator) {
    case "In":
    case "NotIn": {
      const [value = "", ...more] = requirement.values;
      if (more.length === 0) return `${key}${operator === "In" ? "=" : "!="}${value}`;
      return `${key} ${operator === "In" ? "in" : "notin"} (${requirement.values.join(",")})`;
    }
    case "Exists":
      return key;
    case "DoesNotExist":
      return `!${key}`;
    case "Gt":
    case "Lt":
      return `${key}${operator === "Gt" ? ">" : "<"}${requirement.value}`;
  }
}

const INT64_MAX = 2n ** 63n - 1n;

/** Kubernetes reads the label as a 64-bit number, and takes one that is none as not matching. */
function comparesAs(operator: "Gt" | "Lt", label: string, bound: number): boolean {
  if (!/^\d+$/.test(label)) return false;
  const number = BigInt(label);
  if (number > INT64_MAX) return false;
  return operator === "Gt" ? number > BigInt(bound) : number < BigInt(bound);
}

function parseRequirement(part: string): Result<NodeRequirement, string> {
  const groups = requirementPattern.exec(part)?.groups;
  const { key, absent, operator, value = "", set, values = "" } = groups ?? {};
  if (key === undefined) return fail(`has a part that is no requirement: ${quoted(part)}`);
  const goodKey = checkLabelKey(key);
  if (!goodKey.ok) return fail(`has the key ${quoted(key)}, which ${goodKey.error}`);
  if (absent !== undefined) {
    if (operator === undefined && set === undefined) return ok({ key, operator: "DoesNotExist" });
    return fail(`has a part with ! and a value: ${quoted(part)}`);
  }
  if (set !== undefined) return membership(key, set === "in", values.split(","));
  if (operator === undefined) return ok({ key, operator: "Exists" });
  if (operator === ">" || operator === "<") return comparison(key, operator, value);
  return membership(key, operator !== "!=", [value]);
}

function membership(key: string, isIn: boolean, written: readonly string[]): Result<NodeRequirement, string> {
  const values = written.map((value) => value.trim());
  for (const value of values) {
    const good = checkLabelValue(value);
    if (!good.ok) return fail(`has the value ${quoted(value)}, which ${good.error}`);
  }
  return ok({ key, operator: isIn ? "In" : "NotIn", values: [...new Set(values)] });
}

function comparison(key: string, operator: ">" | "<", value: string): Result<NodeRequirement, string> {
  if (!/^-?\d{1,15}$/.test(value)) return fail(`compares ${key} with ${quoted(value)}, which is not a whole number`);
  return ok({ key, operator: operator === ">" ? "Gt" : "Lt", value: Number(value) });
}

function splitOutsideParentheses(text: string): string[] {
  return text.split(/,(?![^(]*\))/).map((part) => part.trim());
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
