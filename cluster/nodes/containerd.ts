/** containerd inside a node: Debian's 1.6 or the 2.2 that the kit builds. Image volumes are mounted by 2.1 and newer only. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { findCommand, searchPath } from "../../test/kit/run/find-command.ts";
import { overlayWorks } from "../../test/kit/run/overlay.ts";
import { binaries } from "../binaries/build.ts";
import type { Cluster } from "../folder.ts";
import { LOCKED_REGISTRY, OPEN_REGISTRY } from "../network/addresses.ts";
import type { DaemonDescription } from "../processes/daemon.ts";
import type { Node } from "./node.ts";

const SANDBOX_IMAGE = `${OPEN_REGISTRY}/public/pause:1`;

/** Writes its configuration. @returns how to start it */
export async function describeContainerd(cluster: Cluster, node: Node, socket: string): Promise<DaemonDescription> {
  const config = join(node.folder, "containerd.toml");
  const snapshotter = (await overlayWorks(join(node.folder, "disk"))) ? "overlayfs" : "native";
  const ours = node.settings.runtime === "containerd-2.2";
  const text = ours ? configuration2(node, socket, snapshotter) : configuration1(node, socket, snapshotter);
  await writeFile(config, text);
  await writeRegistryHosts(node);
  const command = ours
    ? join(await binaries("containerd-2.2", ["containerd", "containerd-shim-runc-v2"]), "containerd")
    : await findCommand("containerd", "containerd");
  return {
    name: `${node.name}.containerd`,
    command,
    args: ["--config", config],
    // It looks for its shim beside itself, and unpacks in TMPDIR, which is /tmp of the host otherwise.
    environment: { PATH: `${dirname(command)}:${searchPath()}`, TMPDIR: "/var/tmp" },
  };
}

/**
 * Tells containerd where the registries are; it reads this anew for every pull.
 * @param through `HOST:PORT` of a proxy, by registry; a registry that is not named is asked directly
 */
export async function writeRegistryHosts(node: Node, through: Readonly<Record<string, string>> = {}): Promise<void> {
  for (const registry of [OPEN_REGISTRY, LOCKED_REGISTRY]) {
    const folder = join(registryHosts(node), registry);
    const url = JSON.stringify(`http://${through[registry] ?? registry}`);
    await mkdir(folder, { recursive: true });
    await writeFile(
      join(folder, "hosts.toml"),
      `server = ${url}\n\n[host.${url}]\n  capabilities = ["pull", "resolve"]\n`,
    );
  }
}

function registryHosts(node: Node): string {
  return join(node.folder, "registries");
}

function common(version: number, socket: string): string {
  return `version = ${version}
root = "/var/lib/containerd"
state = "/run/containerd"

[grpc]
  address = ${JSON.stringify(socket)}
`;
}

function configuration1(node: Node, socket: string, snapshotter: string): string {
  const cri = `plugins."io.containerd.grpc.v1.cri"`;
  return `${common(2, socket)}
[${cri}]
  sandbox_image = ${JSON.stringify(SANDBOX_IMAGE)}
  # A machine may be without CAP_SYS_RESOURCE, and its own profiles are none of a node's business.
  restrict_oom_score_adj = true
  disable_apparmor = true

[${cri}.containerd]
  snapshotter = ${JSON.stringify(snapshotter)}

[${cri}.cni]
  bin_dir = "/usr/lib/cni"
  conf_dir = ${JSON.stringify(join(node.folder, "cni"))}

[${cri}.registry]
  config_path = ${JSON.stringify(registryHosts(node))}
`;
}

function configuration2(node: Node, socket: string, snapshotter: string): string {
  const images = `plugins."io.containerd.cri.v1.images"`;
  const runtime = `plugins."io.containerd.cri.v1.runtime"`;
  return `${common(3, socket)}
[${images}]
  snapshotter = ${JSON.stringify(snapshotter)}

[${images}.pinned_images]
  sandbox = ${JSON.stringify(SANDBOX_IMAGE)}

[${images}.registry]
  config_path = ${JSON.stringify(registryHosts(node))}

[${runtime}]
  # A machine may be without CAP_SYS_RESOURCE, and its own profiles are none of a node's business.
  restrict_oom_score_adj = true
  disable_apparmor = true

[${runtime}.cni]
  bin_dirs = ["/usr/lib/cni"]
  conf_dir = ${JSON.stringify(join(node.folder, "cni"))}
`;
}
