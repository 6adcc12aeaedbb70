import type { ApiObject } from "../cluster/api-object.ts";
import { agentsNamespaceOf } from "./agents-namespace.ts";
import { CREATED_ANNOTATION, MANAGED_BY, MANAGED_BY_LABEL } from "./labels.ts";
import type { OwnNamespace, StockPlan } from "./stock-plan.ts";

/**
 * The namespaces with their Pod Security levels: where shelves lie, nothing privileged can start, and where agents run, nothing else
 * should. They bear no Stock's name, since several Stocks may share them.
 */
export function namespaceManifests({ ownNamespaces, stock, ...plan }: StockPlan): readonly ApiObject[] {
  return ownNamespaces.map((own) => {
    const level = own.name === agentsNamespaceOf(stock.namespace) ? "privileged" : "restricted";
    return namespaceManifest(own, level, plan.hasSecurityContextConstraints);
  });
}

function namespaceManifest({ name, isMadeByUp }: OwnNamespace, level: string, isOpenShift: boolean): ApiObject {
  const modes = ["enforce", "audit", "warn"].map((mode) => [`pod-security.kubernetes.io/${mode}`, level] as const);
  const annotations = {
    ...(isMadeByUp && { [CREATED_ANNOTATION]: "up" }),
    // Without it the cluster's default node selector keeps pods from nodes that the Stock means.
    ...(isOpenShift && { "openshift.io/node-selector": "" }),
  };
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: {
      name,
      labels: {
        [MANAGED_BY_LABEL]: MANAGED_BY,
        ...Object.fromEntries(modes),
        // OpenShift would set the levels anew, by what service accounts may use.
        ...(isOpenShift && { "security.openshift.io/scc.podSecurityLabelSync": "false" }),
      },
      ...(Object.keys(annotations).length > 0 && { annotations }),
    },
  };
}
