/** What Larder needs to know of a node, read from its object in the API. */
import { flagAt, listAt, textAt, textMapAt, valueAt } from "../json/unknown-value.ts";
import type { ApiObject } from "./api-object.ts";
import type { Labels } from "./labels.ts";
import type { Taint } from "./taint.ts";
import { whyVirtual } from "./virtual-node.ts";

export interface NodeFacts {
  readonly name: string;
  readonly labels: Labels;
  readonly annotations: ReadonlyMap<string, string>;
  readonly kubelet: Version;
  readonly runtime: RuntimeVersion;
  /** Whether the runtime says itself that it knows supplemental groups policies: containerd from 2.0 on, CRI-O from 1.31 on. */
  readonly knowsGroupsPolicy: boolean;
  /** In Go's words: `linux`, `windows`; empty if the node does not tell. */
  readonly os: string;
  /** In Go's words: `amd64`, `arm64`; empty if the node does not tell. */
  readonly architecture: string;
  /** `Ubuntu 24.04.3 LTS`; empty if the node does not tell. */
  readonly osImage: string;
  /** `aws:///eu-west-1a/i-0123`; empty outside of clouds. */
  readonly providerID: string;
  readonly readiness: Readiness;
  /** `kubectl cordon` or `drain`: new pods stay away, those of DaemonSets come. */
  readonly isCordoned: boolean;
  readonly taints: readonly Taint[];
  /** Why it is no machine with a kubelet, as a clause after the node's name; absent: it is one. */
  readonly virtual?: string;
}

export interface Version {
  /** In full, with what a distribution adds: `v1.35.4-gke.100`; empty if the node does not tell. */
  readonly text: string;
  /** 0 with `minor` 0 if the text cannot be read: older than everything. */
  readonly major: number;
  readonly minor: number;
}

export interface RuntimeVersion extends Version {
  /** `containerd`, `cri-o`, `docker`; empty if the node does not tell. */
  readonly name: string;
}

export interface Readiness {
  readonly isReady: boolean;
  /** Since when it is so, as RFC 3339; absent if the node does not tell. */
  readonly since?: string;
  /** Why it is not ready, in the kubelet's or the node controller's words. */
  readonly reason?: string;
}

/** @param object a Node as the API gives it; what is absent or of another type counts as not told */
export function nodeFactsOf(object: ApiObject): NodeFacts {
  const info = valueAt(object, "status", "nodeInfo");
  const labels = textMapAt(object, "metadata", "labels");
  const facts = {
    name: textAt(object, "metadata", "name") ?? "",
    labels,
    annotations: textMapAt(object, "metadata", "annotations"),
    kubelet: versionOf(textAt(info, "kubeletVersion") ?? ""),
    runtime: runtimeOf(textAt(info, "containerRuntimeVersion") ?? ""),
    knowsGroupsPolicy: flagAt(object, "status", "features", "supplementalGroupsPolicy") === true,
    os: labels.get("kubernetes.io/os") ?? textAt(info, "operatingSystem") ?? "",
    architecture: labels.get("kubernetes.io/arch") ?? textAt(info, "architecture") ?? "",
    osImage: textAt(info, "osImage") ?? "",
    providerID: textAt(object, "spec", "providerID") ?? "",
    readiness: readinessOf(object),
    isCordoned: flagAt(object, "spec", "unschedulable") === true,
    taints: listAt(object, "spec", "taints").map(taintOf),
  };
  const virtual = whyVirtual(facts);
  return virtual === undefined ? facts : { ...facts, virtual };
}

/** Whether a version is at least `major.minor`; one that cannot be read is not. */
export function isAtLeast(version: Version, major: number, minor: number): boolean {
  return version.major > major || (version.major === major && version.minor >= minor);
}

function versionOf(text: string): Version {
  const { major, minor } = /^v?(?<major>\d{1,9})\.(?<minor>\d{1,9})(?:\D|$)/.exec(text)?.groups ?? {};
  if (major === undefined || minor === undefined) return { text, major: 0, minor: 0 };
  return { text, major: Number(major), minor: Number(minor) };
}

/** `containerd://2.2.9`, as the kubelet joins name and version of the CRI's Version call. */
function runtimeOf(text: string): RuntimeVersion {
  const separator = text.indexOf("://");
  if (separator === -1) return { name: text, ...versionOf("") };
  return { name: text.slice(0, separator), ...versionOf(text.slice(separator + 3)) };
}

function readinessOf(object: ApiObject): Readiness {
  const condition = listAt(object, "status", "conditions").find((item) => textAt(item, "type") === "Ready");
  if (condition === undefined) return { isReady: false, reason: "the node does not tell whether it is ready" };
  const since = textAt(condition, "lastTransitionTime");
  const told = { ...(since !== undefined && { since }) };
  if (textAt(condition, "status") === "True") return { isReady: true, ...told };
  const message = textAt(condition, "message") ?? "";
  const reason = message === "" ? (textAt(condition, "reason") ?? "no reason is given") : message;
  return { isReady: false, ...told, reason };
}

function taintOf(taint: unknown): Taint {
  return {
    key: textAt(taint, "key") ?? "",
    value: textAt(taint, "value") ?? "",
    effect: textAt(taint, "effect") ?? "",
  };
}
