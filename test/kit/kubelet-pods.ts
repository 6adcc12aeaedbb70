/**
 * Pods as real kubelets told of them (cluster/: 1.34, 1.35, 1.37 with containerd 1.6 and 2.2, and the node that behaves like CRI-O), one
 * list per pod: its states as they came. Only fields that Larder does not read are left out, and most containers of the pod `qps`.
 */
import type { ApiObject } from "#domain/cluster/api-object.ts";
import { type LarderPod, podFactsOf } from "#domain/observing/pod-facts.ts";
import pods from "./kubelet-pods.json" with { type: "json" };

export type RecordedPod = keyof typeof pods;

export const RECORDED_PODS = Object.keys(pods) as readonly RecordedPod[];

export function recordedStates(name: RecordedPod): readonly LarderPod[] {
  return (pods[name] as readonly ApiObject[]).flatMap((pod) => podFactsOf(pod) ?? []);
}
