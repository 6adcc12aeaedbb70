/**
 * How Larder knows that the API server enforces what was applied: pods that are only tried (dry run), in the namespace `default`, which
 * always exists. Their label holds the hash of all that makes the guard, and only a policy and a binding with the same hash look at them. A binding of
 * their own refuses them in every mode; it is written last, and the API server takes bindings in their order, so the other is in force, too.
 */
import type { ApiObject } from "../cluster/api-object.ts";

/** Its value is the content hash of the guard. */
export const CANARY_LABEL = "larder.dev/guard-canary";
export const CANARY_NAMESPACE = "default";

/** No registry has this host (RFC 2606), and nothing is ever pulled. */
export function canaryImage(kind: "listed" | "unlisted", content: string): string {
  return `canary.larder.invalid/${kind}:${content}`;
}

export function isCanaryImage(image: string): boolean {
  return image.startsWith("canary.larder.invalid/");
}

export function canaryCondition(content: string): string {
  return [
    `request.namespace == '${CANARY_NAMESPACE}' && request.dryRun`,
    `has(object.metadata.labels) && '${CANARY_LABEL}' in object.metadata.labels`,
    `object.metadata.labels['${CANARY_LABEL}'] == '${content}'`,
  ].join(" && ");
}

export function canaryPod(kind: "listed" | "unlisted", content: string): ApiObject {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: `larder-guard-canary-${content}`,
      namespace: CANARY_NAMESPACE,
      labels: { [CANARY_LABEL]: content },
    },
    spec: {
      automountServiceAccountToken: false,
      // What the restricted Pod Security level asks for, since the canary shall be refused by the guard alone.
      securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: "RuntimeDefault" } },
      containers: [
        {
          name: "canary",
          image: canaryImage(kind, content),
          imagePullPolicy: "IfNotPresent",
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
          resources: { requests: { cpu: "1m", memory: "1Mi" }, limits: { cpu: "1m", memory: "1Mi" } },
        },
      ],
    },
  };
}
