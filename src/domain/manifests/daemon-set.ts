import { createHash } from "node:crypto";
import type { ApiObject } from "../cluster/api-object.ts";
import { textAt } from "../json/unknown-value.ts";
import {
  GROUP_LABEL,
  IMAGES_ANNOTATION,
  REVISION_ANNOTATION,
  ROLE_LABEL,
  type Role,
  SHELF_LABEL,
  stockLabels,
} from "./labels.ts";

/** What tells a DaemonSet and its pods from all others. */
export interface DaemonSetIdentity {
  readonly name: string;
  readonly namespace: string;
  readonly stock: string;
  readonly role: Role;
  readonly group: string;
  readonly shelf?: string;
}

export interface PodTemplate {
  /** Images by the container that stands for them, as written. */
  readonly images: Readonly<Record<string, readonly string[]>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: Readonly<Record<string, unknown>>;
}

/** All pods may be replaced at once: nobody waits for them, and images that are there stay there. */
export function daemonSet(identity: DaemonSetIdentity, template: PodTemplate): ApiObject {
  const { name, namespace, stock, role, group, shelf } = identity;
  const labels = {
    ...stockLabels(stock),
    [ROLE_LABEL]: role,
    [GROUP_LABEL]: group,
    ...(shelf !== undefined && { [SHELF_LABEL]: shelf }),
  };
  const images = { [IMAGES_ANNOTATION]: JSON.stringify(template.images) };
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name, namespace, labels, annotations: images },
    spec: {
      revisionHistoryLimit: 1,
      selector: { matchLabels: labels },
      updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "100%" } },
      template: withRevision({ labels, annotations: { ...images, ...template.annotations } }, template.spec),
    },
  };
}

/** Which version of its pods a DaemonSet asks for; undefined: it is none of Larder's. */
export function revisionOfPods(object: ApiObject): string | undefined {
  return textAt(object, "spec", "template", "metadata", "annotations", REVISION_ANNOTATION);
}

function withRevision(
  metadata: Readonly<Record<"labels" | "annotations", Readonly<Record<string, string>>>>,
  spec: PodTemplate["spec"],
): object {
  const revision = createHash("sha256").update(JSON.stringify({ metadata, spec })).digest("hex").slice(0, 16);
  const annotations = { ...metadata.annotations, [REVISION_ANNOTATION]: revision };
  return { metadata: { ...metadata, annotations }, spec };
}
