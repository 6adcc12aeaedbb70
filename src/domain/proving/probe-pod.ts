/**
 * The pod that asks a kubelet, in two variants.
 *
 * `volume`, for kubelets from 1.35 on: container `image-N` runs Larder's idle program and mounts image N as a volume, so no code of the
 * image runs. The kubelet decides about the image before it asks the runtime to mount it, so this works also where the runtime cannot.
 * `program`, for older kubelets: container `image-N` is image N itself, and runs the idle program, which an init container brings.
 *
 * The pod goes to its node without the scheduler, so cordons and taints do not keep it away: whether the Stock means the node was
 * decided before. Both variants pass the restricted Pod Security level.
 */
import type { ApiObject } from "../cluster/api-object.ts";
import { isAtLeast, type NodeFacts } from "../cluster/node-facts.ts";
import type { SecretName } from "../cluster/secret-name.ts";
import { imagesAnnotation } from "../manifests/images-annotation.ts";
import { EXPIRES_ANNOTATION, ROLE_LABEL, RUN_LABEL, stockLabels } from "../manifests/labels.ts";
import { idleResources, quietPod, restrictedContainer, restrictedPod } from "../manifests/pod-security.ts";
import type { StockImage } from "../stock/stock.ts";
import type { Pack } from "./pack.ts";

export type ProbeVariant = "volume" | "program";

/** `Never` asks, `Always` adopts. */
export type ProbePolicy = "Never" | "Always";

export interface ProbePodOptions extends Pack {
  readonly name: string;
  readonly stock: { readonly name: string; readonly namespace: string };
  /** Names the run that owns the pod, and deletes it. */
  readonly run: string;
  readonly node: string;
  readonly variant: ProbeVariant;
  readonly policy: ProbePolicy;
  /**
   * One container mounts all volumes: it gets all images, or none. Starting containers is what costs a node time, so this answers sixteen
   * questions at the cost of one where all answers are yes. Only for `volume`.
   */
  readonly isJoint: boolean;
  /** Larder's own image, with the idle program. */
  readonly larderImage: string;
  /** Name of the pod's secret in the Stock's namespace. */
  readonly copyOf: (secret: SecretName) => string;
  /** When no run needs the pod any more, in ms since 1970. */
  readonly expiresMs: number;
  /** How long the kubelet lets its containers run, in ms. */
  readonly lifetimeMs: number;
  /** OpenShift: its security context constraints give a pod the user of its namespace, and refuse any other. */
  readonly hasSecurityContextConstraints: boolean;
}

/** Image volumes are on by default from 1.35 on. */
export function probeVariantOf({ kubelet }: Pick<NodeFacts, "kubelet">): ProbeVariant {
  return isAtLeast(kubelet, 1, 35) ? "volume" : "program";
}

export function probePod(options: ProbePodOptions): ApiObject {
  const { name, stock, run, images, expiresMs } = options;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      namespace: stock.namespace,
      labels: { ...stockLabels(stock.name), [ROLE_LABEL]: "probe", [RUN_LABEL]: run },
      annotations: {
        ...imagesAnnotation(new Map(images.map((image, index) => [containerName(index), [image.reference.written]]))),
        [EXPIRES_ANNOTATION]: new Date(expiresMs).toISOString(),
      },
    },
    spec: { ...podSpec(options), ...(options.variant === "volume" ? volumes(options) : programs(options)) },
  };
}

/** The one container of a joint probe. */
export const JOINT_CONTAINER = "images";

/** Of the image at a place of the pack. */
export function containerName(index: number): string {
  return `image-${index}`;
}

function podSpec({ node, secret, copyOf, lifetimeMs, ...options }: ProbePodOptions): Readonly<Record<string, unknown>> {
  return {
    ...quietPod,
    // It is deleted as soon as it has answered, and nothing in it has to come to an end.
    terminationGracePeriodSeconds: 0,
    nodeName: node,
    restartPolicy: "Never",
    activeDeadlineSeconds: Math.max(1, Math.ceil(lifetimeMs / 1_000)),
    tolerations: [{ operator: "Exists" }],
    securityContext: restrictedPod(options.hasSecurityContextConstraints),
    ...(secret !== null && { imagePullSecrets: [{ name: copyOf(secret) }] }),
  };
}

const IDLE = "/larder/idle";
const PROGRAM_VOLUME = "larder";
const PROGRAM_PATH = "/.larder";

function volumes({ images, larderImage, policy, isJoint }: ProbePodOptions): Readonly<Record<string, unknown>> {
  const mounts = images.map((_, index) => ({
    name: containerName(index),
    mountPath: `/image/${index}`,
    readOnly: true,
  }));
  const container = (name: string, volumeMounts: typeof mounts): object => ({
    name,
    image: larderImage,
    imagePullPolicy: "IfNotPresent",
    command: [IDLE],
    resources: idleResources,
    securityContext: restrictedContainer,
    volumeMounts,
  });
  return {
    containers: isJoint ? [container(JOINT_CONTAINER, mounts)] : mounts.map((mount) => container(mount.name, [mount])),
    volumes: images.map((image, index) => ({
      name: containerName(index),
      image: { reference: writtenOf(image), pullPolicy: policy },
    })),
  };
}

function programs({ images, larderImage, policy }: ProbePodOptions): Readonly<Record<string, unknown>> {
  const volumeMounts = [{ name: PROGRAM_VOLUME, mountPath: PROGRAM_PATH }];
  return {
    initContainers: [
      {
        name: "larder",
        image: larderImage,
        imagePullPolicy: "IfNotPresent",
        command: [IDLE, "--copy-to", `${PROGRAM_PATH}/idle`],
        securityContext: restrictedContainer,
        resources: idleResources,
        volumeMounts,
      },
    ],
    containers: images.map((image, index) => ({
      name: containerName(index),
      image: writtenOf(image),
      imagePullPolicy: policy,
      command: [`${PROGRAM_PATH}/idle`],
      // The image's own may be closed to others than its user.
      workingDir: "/",
      securityContext: restrictedContainer,
      resources: idleResources,
      volumeMounts: [{ name: PROGRAM_VOLUME, mountPath: PROGRAM_PATH, readOnly: true }],
    })),
    volumes: [{ name: PROGRAM_VOLUME, emptyDir: { sizeLimit: "1Mi" } }],
  };
}

function writtenOf({ reference }: StockImage): string {
  return reference.written;
}
