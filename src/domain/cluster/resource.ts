/** The resources that Larder reads or writes, by the name that the API's paths and roles have for them. */
export interface ResourceDefinition {
  readonly apiVersion: string;
  readonly kind: string;
  readonly isNamespaced: boolean;
}

export const RESOURCES = {
  namespaces: { apiVersion: "v1", kind: "Namespace", isNamespaced: false },
  nodes: { apiVersion: "v1", kind: "Node", isNamespaced: false },
  pods: { apiVersion: "v1", kind: "Pod", isNamespaced: true },
  secrets: { apiVersion: "v1", kind: "Secret", isNamespaced: true },
  configmaps: { apiVersion: "v1", kind: "ConfigMap", isNamespaced: true },
  serviceaccounts: { apiVersion: "v1", kind: "ServiceAccount", isNamespaced: true },
  daemonsets: { apiVersion: "apps/v1", kind: "DaemonSet", isNamespaced: true },
  deployments: { apiVersion: "apps/v1", kind: "Deployment", isNamespaced: true },
  rolebindings: { apiVersion: "rbac.authorization.k8s.io/v1", kind: "RoleBinding", isNamespaced: true },
  validatingadmissionpolicies: {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingAdmissionPolicy",
    isNamespaced: false,
  },
  validatingadmissionpolicybindings: {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingAdmissionPolicyBinding",
    isNamespaced: false,
  },
  /** v1 from Kubernetes 1.36 on. */
  mutatingadmissionpolicies: {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "MutatingAdmissionPolicy",
    isNamespaced: false,
  },
  mutatingadmissionpolicybindings: {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "MutatingAdmissionPolicyBinding",
    isNamespaced: false,
  },
} as const satisfies Readonly<Record<string, ResourceDefinition>>;

export type Resource = keyof typeof RESOURCES;

/** One object; `namespace` only for namespaced resources. */
export interface ObjectName {
  readonly resource: Resource;
  /** Where a server may have only another version of it. @default that of `RESOURCES` */
  readonly apiVersion?: string;
  readonly namespace?: string;
  readonly name: string;
}
