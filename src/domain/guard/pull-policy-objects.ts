/**
 * The pull policy of each image, written into pods by the API server, so that no test harness needs an override. Only pods are changed, when
 * they are created; the templates that they come from stay as somebody wrote them.
 */
import type { ApiObject } from "../cluster/api-object.ts";
import { canaryImage } from "./canary.ts";
import { type Guard, guardObjectName } from "./guard.ts";
import { pullPolicyPatches, pullPolicyVariables } from "./image-expressions.ts";
import { canarySelector, guardedNamespaces, guardMetadata, matchConditions, outsideSystem } from "./object-parts.ts";
import type { PullPolicies } from "./pull-policies.ts";

/** Newest first; the first is on by default from Kubernetes 1.36 on, the others have to be turned on. */
export const MUTATING_VERSIONS = [
  "admissionregistration.k8s.io/v1",
  "admissionregistration.k8s.io/v1beta1",
  "admissionregistration.k8s.io/v1alpha1",
] as const;
export type MutatingVersion = (typeof MUTATING_VERSIONS)[number];

const SUFFIX = "-pull-policy";

export function pullPolicyObjects(
  guard: Guard,
  policies: PullPolicies,
  content: string,
  apiVersion: MutatingVersion,
): readonly ApiObject[] {
  const resourceRules = [{ apiGroups: [""], resources: ["pods"], apiVersions: ["v1"], operations: ["CREATE"] }];
  const binding = (suffix: string, matchResources: object): ApiObject => ({
    apiVersion,
    kind: "MutatingAdmissionPolicyBinding",
    metadata: guardMetadata(guard, content, suffix),
    spec: {
      policyName: `${guardObjectName(guard.name)}${SUFFIX}`,
      matchResources,
    },
  });
  return [
    {
      apiVersion,
      kind: "MutatingAdmissionPolicy",
      metadata: guardMetadata(guard, content, SUFFIX),
      spec: {
        failurePolicy: "Ignore",
        reinvocationPolicy: "IfNeeded",
        matchConstraints: { resourceRules, namespaceSelector: outsideSystem(guard) },
        matchConditions: matchConditions(guard, content),
        variables: pullPolicyVariables(withCanary(policies, content)),
        mutations: [{ patchType: "JSONPatch", jsonPatch: { expression: pullPolicyPatches } }],
      },
    },
    binding(SUFFIX, guardedNamespaces(guard)),
    binding(`${SUFFIX}-canary`, canarySelector(content)),
  ];
}

/** The canary is created with `IfNotPresent`, so that it shows what is written. */
function withCanary(policies: PullPolicies, content: string): PullPolicies {
  return { ...policies, Never: [...policies.Never, canaryImage("listed", content)] };
}
