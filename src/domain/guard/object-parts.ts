/** What the objects of a guard have in common. */
import type { ApiObject } from "../cluster/api-object.ts";
import type { NodeRequirement } from "../cluster/node-selector.ts";
import { CONTENT_ANNOTATION, ROLE_LABEL, stockLabels } from "../manifests/labels.ts";
import { CANARY_LABEL, canaryCondition } from "./canary.ts";
import { type Guard, guardObjectName } from "./guard.ts";
import { excludedNamespaces, namespaceCondition } from "./namespace-pattern.ts";

/** Everything beside the spec that the objects of a guard have in common. */
export function guardMetadata(guard: Guard, content: string, suffix = ""): ApiObject["metadata"] {
  return {
    name: `${guardObjectName(guard.name)}${suffix}`,
    labels: { ...stockLabels(guard.name), [ROLE_LABEL]: "guard" },
    annotations: { [CONTENT_ANNOTATION]: content },
  };
}

/** Which requests the policies look at, by their namespaces. */
export function matchConditions(guard: Guard, content: string): readonly Readonly<Record<string, string>>[] {
  const isGuarded = namespaceCondition(guard.namespaces, guard.ownNamespaces);
  return [{ name: "namespace", expression: `(${isGuarded}) || (${canaryCondition(content)})` }];
}

export function paramRef(guard: Guard): Readonly<Record<string, string>> {
  return { name: guardObjectName(guard.name), namespace: guard.namespace, parameterNotFoundAction: "Allow" };
}

/** Undefined: every namespace. */
export function namespaceSelector(selector: readonly NodeRequirement[]): { namespaceSelector: object } | undefined {
  if (selector.length === 0) return undefined;
  const matchExpressions = selector.map(({ key, operator, ...rest }) =>
    "values" in rest ? { key, operator, values: rest.values } : { key, operator },
  );
  return { namespaceSelector: { matchExpressions } };
}

/** Said twice, here by the API server's own selector: nothing that goes wrong in an expression can reach these namespaces. */
export function outsideSystem(guard: Guard): object {
  const values = excludedNamespaces(guard.namespaces, guard.ownNamespaces).filter((name) => name !== "default");
  return { matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "NotIn", values }] };
}

/** Takes the canaries of this very guard, and nothing else. */
export function canarySelector(content: string): { objectSelector: object } {
  return { objectSelector: { matchLabels: { [CANARY_LABEL]: content } } };
}
