/**
 * Shelves: pods in which the kubelet itself pulls each image, and which keep it in use, so that it stays. One DaemonSet for each shelf and
 * group of nodes. No code of Larder runs as root, and there is no way to the host.
 */
import type { ApiObject } from "../cluster/api-object.ts";
import { ARCHITECTURE_LABEL, formatAffinity, narrowed } from "../cluster/node-affinity.ts";
import type { NodeGroup } from "../cluster/node-groups.ts";
import { formatSecretName } from "../cluster/secret-name.ts";
import type { ShelfNeed } from "../cluster/shelf-need.ts";
import type { Shelf } from "../stock/shelves.ts";
import { daemonSet } from "./daemon-set.ts";
import { CONTENT_ANNOTATION } from "./labels.ts";
import { objectName } from "./object-name.ts";
import { idleResources, quietPod, restrictedContainer, restrictedPod } from "./pod-security.ts";
import { copyName, secretVersion } from "./secret-copies.ts";
import type { StockPlan } from "./stock-plan.ts";

export function shelfDaemonSets(plan: StockPlan): readonly ApiObject[] {
  return plan.shelves.flatMap((shelf) => plan.shelfGroups.map((group) => shelfDaemonSet(plan, shelf, group)));
}

function shelfDaemonSet(plan: StockPlan, shelf: Shelf, group: NodeGroup<ShelfNeed>): ApiObject {
  const { stock, hasSecurityContextConstraints } = plan;
  const identity = {
    name: objectName(stock.name, shelf.name, group.name),
    namespace: stock.namespace,
    stock: stock.name,
    role: "shelf",
    group: group.name,
    shelf: shelf.name,
  } as const;
  const images = shelf.images.map(({ reference }, index) => [`image-${index}`, [reference.written]] as const);
  return daemonSet(identity, {
    images: Object.fromEntries(images),
    annotations: {
      ...contentOf(plan, shelf),
      // Otherwise a service account that may do more gets more, and root images are then refused as not non-root.
      ...(hasSecurityContextConstraints && { "openshift.io/required-scc": "restricted-v2" }),
    },
    spec: {
      ...quietPod,
      affinity: formatAffinity(narrowed(plan.affinity, [...group.requirements, ...platformOf(shelf)])),
      ...(stock.nodes.tolerations.length > 0 && { tolerations: stock.nodes.tolerations }),
      ...(shelf.secret && { imagePullSecrets: [{ name: copyName(stock.name, shelf.secret) }] }),
      securityContext: restrictedPod(hasSecurityContextConstraints),
      ...(group.need.variant === "volume"
        ? volumeShelf(shelf, plan.agentImage, group.need)
        : programShelf(shelf, plan.agentImage, group.need)),
    },
  });
}

/** The kubelet pulls an image volume as it pulls a container's image, with the same secrets and the same records. */
function volumeShelf({ images }: Shelf, agentImage: string, { pullPolicy }: ShelfNeed): object {
  return {
    containers: images.map((_, index) => ({
      name: `image-${index}`,
      image: agentImage,
      imagePullPolicy: "IfNotPresent",
      command: ["/larder/idle"],
      resources: idleResources,
      securityContext: restrictedContainer,
      volumeMounts: [{ name: `image-${index}`, mountPath: "/image", readOnly: true }],
    })),
    volumes: images.map(({ reference }, index) => ({
      name: `image-${index}`,
      image: { reference: reference.written, pullPolicy },
    })),
  };
}

const IDLE_FOLDER = "/.larder";

/** Whatever the image would run, it runs the idle program: that needs no shell, no library and no user of the image. */
function programShelf({ images }: Shelf, agentImage: string, { pullPolicy }: ShelfNeed): object {
  const folder = { name: "larder", mountPath: IDLE_FOLDER };
  return {
    initContainers: [
      {
        name: "larder",
        image: agentImage,
        imagePullPolicy: "IfNotPresent",
        command: ["/larder/idle", "--copy-to", `${IDLE_FOLDER}/idle`],
        resources: idleResources,
        securityContext: restrictedContainer,
        volumeMounts: [folder],
      },
    ],
    containers: images.map(({ reference }, index) => ({
      name: `image-${index}`,
      image: reference.written,
      imagePullPolicy: pullPolicy,
      command: [`${IDLE_FOLDER}/idle`],
      // The image's own may be closed to others than its user.
      workingDir: "/",
      resources: idleResources,
      securityContext: restrictedContainer,
      volumeMounts: [{ ...folder, readOnly: true }],
    })),
    volumes: [{ name: "larder", emptyDir: { sizeLimit: "1Mi" } }],
  };
}

/** Another password must reach the kubelet, and only a new pod makes it pull. */
function contentOf({ secrets }: StockPlan, { secret }: Shelf): Readonly<Record<string, string>> {
  if (secret === undefined) return {};
  const source = secrets.find(({ name }) => formatSecretName(name) === formatSecretName(secret));
  const version = source && secretVersion(source);
  return version === undefined ? {} : { [CONTENT_ANNOTATION]: version };
}

function platformOf({ platform }: Shelf) {
  return platform === undefined
    ? []
    : [{ key: ARCHITECTURE_LABEL, operator: "In", values: [platform.architecture] } as const];
}
