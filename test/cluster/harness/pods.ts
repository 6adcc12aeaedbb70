/** Pods that ask the kubelet one question: does it let this image run? */
import type { V1ContainerStatus, V1Pod } from "@kubernetes/client-node";
import { core } from "./cluster.ts";
import { eventually } from "./eventually.ts";
import type { Space } from "./space.ts";

export interface Question {
  readonly node: string;
  readonly image: string;
  readonly pullPolicy: "Always" | "IfNotPresent" | "Never";
  /** Name of a secret in the pod's namespace. @default none */
  readonly secret?: string;
  /** Images that are mounted as volumes, under /0, /1, … @default none */
  readonly volumes?: readonly string[];
}

export interface Verdict {
  /** `runs`, or the reason why the container waits, as the kubelet words it (`ErrImageNeverPull`, `ErrImagePull`, …). */
  readonly reason: string;
  readonly message: string;
}

const NOT_A_VERDICT = ["ContainerCreating", "PodInitializing"];

/** Starts a pod and waits for the kubelet's verdict, then removes the pod. */
export async function askKubelet(space: Space, question: Question): Promise<Verdict> {
  const { namespace } = space;
  const created = await core.createNamespacedPod({ namespace, body: podFor(question) });
  const name = created.metadata?.name ?? "";
  try {
    return await eventually(`a verdict on pod ${name} of node ${question.node}`, async () => {
      const pod = await core.readNamespacedPod({ name, namespace });
      return verdictOf(pod.status?.containerStatuses?.[0]);
    });
  } finally {
    await core.deleteNamespacedPod({ name, namespace });
  }
}

/** @returns undefined while there is none yet */
function verdictOf(status: V1ContainerStatus | undefined): Verdict | undefined {
  if (status?.state?.running !== undefined) return { reason: "runs", message: "" };
  const { reason, message = "" } = status?.state?.waiting ?? {};
  if (reason === undefined || NOT_A_VERDICT.includes(reason)) return undefined;
  // The kubelet backs off soon after a failure, and then keeps the failure itself in the message only.
  const before = message.match(/^Back-off pulling image "[^"]*": (\w+): (.*)$/s);
  return before === null ? { reason, message } : { reason: before[1] ?? reason, message: before[2] ?? message };
}

/** The pod as it is created: right on its node, gone at once when it is deleted. */
function podFor({ node, image, pullPolicy, secret, volumes = [] }: Question): V1Pod {
  const named = volumes.map((reference, index) => ({ name: `v${index}`, reference }));
  return {
    metadata: { generateName: "ask-" },
    spec: {
      nodeName: node,
      terminationGracePeriodSeconds: 0,
      automountServiceAccountToken: false,
      ...(secret !== undefined && { imagePullSecrets: [{ name: secret }] }),
      containers: [
        {
          name: "main",
          image,
          imagePullPolicy: pullPolicy,
          volumeMounts: named.map(({ name }, index) => ({ name, mountPath: `/${index}` })),
        },
      ],
      volumes: named.map(({ name, reference }) => ({ name, image: { reference, pullPolicy } })),
    },
  };
}
