/** What can be chosen for a node. On the command line each is KEY=VALUE; lists are divided by commas. */
import { type KubernetesVersion, kubernetesVersions } from "../binaries/modules.ts";

export interface NodeSettings {
  /** Of the kubelet. */
  readonly version: KubernetesVersion;
  /** Debian's containerd (1.6), 2.2 built from its module, or one that looks like CRI-O (a proxy before Debian's). */
  readonly runtime: "containerd-1.6" | "containerd-2.2" | "cri-o";
  /** Feature gate KubeletEnsureSecretPulledImages. */
  readonly gate: "default" | "on" | "off";
  /** `imagePullCredentialsVerificationPolicy`; empty for the kubelet's default. */
  readonly policy: string;
  /** `preloadedImagesVerificationAllowlist` */
  readonly allowlist: readonly string[];
  /** `maxParallelImagePulls`; 0 for one at a time, as the kubelet's default is. */
  readonly parallel: number;
  /** Path of the runtime's socket; empty for the runtime's usual one. */
  readonly socket: string;
  readonly kubeletRoot: string;
  /** `alice`, `bob` or `nobody`: a credential-provider plugin that gives this account; empty for no plugin. */
  readonly provider: "" | "alice" | "bob" | "nobody";
  /** `name=value` each. */
  readonly labels: readonly string[];
  /** Size of /var (a tmpfs, which outlives stops of the node), for example 300m; empty for the machine's disk. */
  readonly disk: string;
  /** More fields of KubeletConfiguration; on the command line `kubelet.FIELD=JSON`. */
  readonly kubelet: Readonly<Record<string, unknown>>;
}

export const defaultSettings: NodeSettings = {
  version: "1.35",
  runtime: "containerd-1.6",
  gate: "default",
  policy: "",
  allowlist: [],
  parallel: 0,
  socket: "",
  kubeletRoot: "/var/lib/kubelet",
  provider: "",
  labels: [],
  disk: "",
  kubelet: {},
};

export const usualSockets = {
  "containerd-1.6": "/run/containerd/containerd.sock",
  "containerd-2.2": "/run/containerd/containerd.sock",
  "cri-o": "/var/run/crio/crio.sock",
} as const satisfies Record<NodeSettings["runtime"], string>;

/** @throws an error that names the word which is wrong and what could stand there */
export function parseSettings(words: readonly string[]): Partial<NodeSettings> {
  const settings: Record<string, unknown> = {};
  const kubelet: Record<string, unknown> = {};
  for (const word of words) {
    const [key = ""] = word.split("=", 1);
    const value = word.slice(key.length + 1);
    if (key.startsWith("kubelet.")) kubelet[key.slice("kubelet.".length)] = parseJson(word, value);
    else settings[key] = parseSetting(key, value);
  }
  return { ...settings, ...(Object.keys(kubelet).length > 0 && { kubelet }) };
}

const choices: Readonly<Record<string, readonly string[]>> = {
  version: kubernetesVersions,
  runtime: Object.keys(usualSockets),
  gate: ["default", "on", "off"],
  provider: ["alice", "bob", "nobody"],
};

function parseSetting(key: string, value: string): unknown {
  if (!Object.hasOwn(defaultSettings, key) || key === "kubelet") {
    throw new Error(`${key} is no setting of a node: ${Object.keys(defaultSettings).join(", ")}.FIELD`);
  }
  const allowed = choices[key];
  if (allowed !== undefined && !allowed.includes(value))
    throw new Error(`${key}=${value}: one of ${allowed.join(", ")}`);
  if (key === "parallel" && !/^\d+$/.test(value)) throw new Error(`parallel=${value}: a whole number`);
  if (key === "parallel") return Number(value);
  return key === "allowlist" || key === "labels" ? value.split(",") : value;
}

function parseJson(word: string, value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    throw new Error(`${word}: not JSON`);
  }
}
