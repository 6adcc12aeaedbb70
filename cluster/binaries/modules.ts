/** What the kit builds, and from which pinned Go module (`versions/`, one folder each with its go.mod and go.sum). */
import { fileURLToPath } from "node:url";

export interface GoModule {
  /** Folder with go.mod. */
  readonly folder: string;
  /** Import paths by the name of the binary, which is the path's last part; `.` is the module itself. */
  readonly commands: Readonly<Record<string, string>>;
  /** The module whose version the binaries report, and the variables in which they keep it. */
  readonly version?: {
    readonly module: string;
    readonly variables: (version: string) => Readonly<Record<string, string>>;
  };
  readonly tags?: string;
  /** Those that the tests need. @default all */
  readonly tier?: readonly string[];
}

export const kubernetesVersions = ["1.34", "1.35", "1.37"] as const;
export type KubernetesVersion = (typeof kubernetesVersions)[number];

export const modules: Readonly<Record<string, GoModule>> = {
  ...Object.fromEntries(kubernetesVersions.map((version) => [version, kubernetes(version)])),
  "containerd-2.2": {
    folder: at("versions/containerd-2.2"),
    commands: {
      containerd: "github.com/containerd/containerd/v2/cmd/containerd",
      "containerd-shim-runc-v2": "github.com/containerd/containerd/v2/cmd/containerd-shim-runc-v2",
    },
    tags: "no_btrfs,no_aufs,no_zfs,no_devmapper",
    version: {
      module: "github.com/containerd/containerd/v2",
      variables: (version) => ({ "github.com/containerd/containerd/v2/version.Version": version.slice(1) }),
    },
  },
  kwok: { folder: at("versions/kwok"), commands: { kwok: "sigs.k8s.io/kwok/cmd/kwok" } },
  "credential-provider": { folder: at("credential-provider"), commands: { "credential-provider": "." } },
};

export function isKubernetesVersion(text: string): text is KubernetesVersion {
  return kubernetesVersions.some((version) => version === text);
}

function kubernetes(minor: KubernetesVersion): GoModule {
  const commands = ["kubelet", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl"];
  const inside = "k8s.io/component-base/version";
  return {
    folder: at(`versions/${minor}`),
    ...(minor === "1.34" && { tier: ["kubelet"] }),
    ...(minor === "1.37" && { tier: commands.filter((command) => command !== "kubectl") }),
    commands: Object.fromEntries(commands.map((command) => [command, `k8s.io/kubernetes/cmd/${command}`])),
    version: {
      module: "k8s.io/kubernetes",
      variables: (version) => ({
        [`${inside}.gitVersion`]: version,
        [`${inside}.gitMajor`]: "1",
        [`${inside}.gitMinor`]: minor.slice(2),
        [`${inside}.gitTreeState`]: "clean",
      }),
    },
  };
}

function at(path: string): string {
  return fileURLToPath(new URL(`../${path}`, import.meta.url));
}
