/** What the objects of a guard have in common. */
import type { ApiObject } from "../cluster/api-object.ts";
import { CONTENT_ANNOTATION, ROLE_LABEL, stockLabels } from "../manifests/labels.ts";
import { CANARY_LABEL, CANARY_NAMESPACE, canaryCondition } from "./canary.ts";
import { type Guard, guardObjectName } from "./guard.ts";
import { excludedNamespaces, namespaceCondition } from "./namespace-pattern.ts";

/** The API server sets it itself. */
const NAMESPACE_NAME_LABEL = "kubernetes.io/metadata.name";

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

/** The namespaces that a binding is for. Without `default`, unless it is guarded: canaries have bindings of their own. */
export function guardedNamespaces({ namespaces, selector }: Guard): { namespaceSelector: object } {
  const chosen = selector.map(({ key, operator, ...rest }) =>
    "values" in rest ? { key, operator, values: rest.values } : { key, operator },
  );
  const isDefaultMeant = namespaces.some((pattern) => pattern === CANARY_NAMESPACE);
  const notDefault = { key: NAMESPACE_NAME_LABEL, operator: "NotIn", values: [CANARY_NAMESPACE] };
  return { namespaceSelector: { matchExpressions: [...chosen, ...(isDefaultMeant ? [] : [notDefault])] } };
}

/** Said twice, here by the API server's own selector: nothing that goes wrong in an expression can reach these namespaces. */
export function outsideSystem(guard: Guard): object {
  const values = excludedNamespaces(guard.namespaces, guard.ownNamespaces).filter((name) => name !== CANARY_NAMESPACE);
  return { matchExpressions: [{ key: NAMESPACE_NAME_LABEL, operator: "NotIn", values }] };
}

/** Takes the canaries of this very guard, and nothing else. */
export function canarySelector(content: string): { objectSelector: object } {
  return { objectSelector: { matchLabels: { [CANARY_LABEL]: content } } };
}
