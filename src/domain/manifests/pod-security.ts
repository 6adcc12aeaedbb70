/** What the pods of shelves are allowed: the restricted level of the Pod Security Standards, and less where nothing is lost. */

/** Nobody's number, by custom: distroless images call it nonroot. */
const NOBODY = 65532;

/**
 * For a pod. OpenShift gives each namespace users of its own, refuses any other, and fills the number in; so it is left open there.
 */
export function restrictedPod(hasSecurityContextConstraints: boolean): Readonly<Record<string, unknown>> {
  return {
    runAsNonRoot: true,
    ...(!hasSecurityContextConstraints && { runAsUser: NOBODY, runAsGroup: NOBODY }),
    seccompProfile: { type: "RuntimeDefault" },
  };
}

/** For each of its containers. */
export const restrictedContainer = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
  readOnlyRootFilesystem: true,
} as const;

/** What holds for all pods of Larder: they ask the API nothing, and end at once. */
export const quietPod = {
  automountServiceAccountToken: false,
  enableServiceLinks: false,
  terminationGracePeriodSeconds: 1,
} as const;

/** The idle program takes 12 KB; a limit near that would be less than what starts a container. */
export const idleResources = { requests: { cpu: "1m", memory: "1Mi" } } as const;
