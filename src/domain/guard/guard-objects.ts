/** The guard as objects of the API server. Made of the same guard they are the same, byte for byte, so that they can be kept in Git. */
import { createHash } from "node:crypto";
import type { ApiObject } from "../cluster/api-object.ts";
import { canaryImage } from "./canary.ts";
import { type Guard, type GuardMode, guardObjectName } from "./guard.ts";
import { GUARD_ANNOTATION, guardAnnotation } from "./guard-annotation.ts";
import { guardVariables, isRequestClean, refusalExpression } from "./image-expressions.ts";
import { canarySelector, guardedNamespaces, guardMetadata, matchConditions, outsideSystem } from "./object-parts.ts";
import { type MutatingVersion, pullPolicyObjects } from "./pull-policy-objects.ts";

export const ADMISSION_VERSION = "admissionregistration.k8s.io/v1";

export interface GuardObjects {
  /** Hash of everything that decides about a pod. */
  readonly content: string;
  /** In the order in which they are applied: policies, then bindings, that for canaries last. */
  readonly objects: readonly ApiObject[];
}

const VALIDATION_ACTIONS = { deny: "Deny", warn: "Warn", audit: "Audit" } as const satisfies Record<GuardMode, string>;
const CONTENT_LENGTH = 16;
const STOCKS_SHOWN_MAX = 3;

/** @param mutating the version in which the API server serves MutatingAdmissionPolicy; needed if the guard has pull policies */
export function guardObjects(guard: Guard, mutating?: MutatingVersion): GuardObjects {
  // The same objects with an empty hash give the hash.
  const content = createHash("sha256")
    .update(JSON.stringify(objectsWith(guard, "", mutating)))
    .digest("hex")
    .slice(0, CONTENT_LENGTH);
  return { content, objects: objectsWith(guard, content, mutating) };
}

function objectsWith(guard: Guard, content: string, mutating: MutatingVersion | undefined): readonly ApiObject[] {
  return [
    validatingPolicy(guard, content),
    ...(guard.pullPolicies && mutating ? pullPolicyObjects(guard, guard.pullPolicies, content, mutating) : []),
    binding(guard, content),
    canaryBinding(guard, content),
  ];
}

/** Pods, and everything that has a template of pods; the kinds of other controllers are caught at their pods. */
const RESOURCE_RULES = [
  { apiGroups: [""], resources: ["pods", "pods/ephemeralcontainers", "replicationcontrollers"] },
  { apiGroups: ["apps"], resources: ["daemonsets", "deployments", "replicasets", "statefulsets"] },
  { apiGroups: ["batch"], resources: ["cronjobs", "jobs"] },
].map((rule) => ({ ...rule, apiVersions: ["v1"], operations: ["CREATE", "UPDATE"] }));

function validatingPolicy(guard: Guard, content: string): ApiObject {
  const metadata = guardMetadata(guard, content);
  return {
    apiVersion: ADMISSION_VERSION,
    kind: "ValidatingAdmissionPolicy",
    metadata: { ...metadata, annotations: { ...metadata.annotations, [GUARD_ANNOTATION]: guardAnnotation(guard) } },
    spec: {
      failurePolicy: "Fail",
      matchConstraints: { resourceRules: RESOURCE_RULES, namespaceSelector: outsideSystem(guard) },
      matchConditions: matchConditions(guard, content),
      variables: guardVariables([...guard.images, canaryImage("listed", content)], guard.allowed),
      validations: [
        {
          expression: isRequestClean,
          reason: "Forbidden",
          message: `an image is on no list of ${stocksOf(guard)}`,
          messageExpression: refusalExpression(whatToDo(guard)),
        },
      ],
    },
  };
}

function whatToDo(guard: Guard): string {
  return `on no list of ${stocksOf(guard)}: list it and stock it (larder up, larder guard on), or allow it (larder guard on --allow)`;
}

function stocksOf({ stocks }: Guard): string {
  const shown = stocks.slice(0, STOCKS_SHOWN_MAX).join(", ");
  const more = stocks.length > STOCKS_SHOWN_MAX ? ` and ${stocks.length - STOCKS_SHOWN_MAX} more` : "";
  return `Stock${stocks.length === 1 ? "" : "s"} ${shown}${more}`;
}

function binding(guard: Guard, content: string): ApiObject {
  return {
    apiVersion: ADMISSION_VERSION,
    kind: "ValidatingAdmissionPolicyBinding",
    metadata: guardMetadata(guard, content),
    spec: {
      policyName: guardObjectName(guard.name),
      validationActions: [VALIDATION_ACTIONS[guard.mode]],
      matchResources: guardedNamespaces(guard),
    },
  };
}

function canaryBinding(guard: Guard, content: string): ApiObject {
  return {
    apiVersion: ADMISSION_VERSION,
    kind: "ValidatingAdmissionPolicyBinding",
    metadata: guardMetadata(guard, content, "-canary"),
    spec: {
      policyName: guardObjectName(guard.name),
      validationActions: ["Deny"],
      matchResources: canarySelector(content),
    },
  };
}
