/** What a node finds on its disk when it starts for the first time, and anew at every start. */
import { existsSync } from "node:fs";
import { cp, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { GATEWAY, podRange } from "../network/addresses.ts";
import { run } from "../processes/run.ts";
import { type Node, onHost, socketOf } from "./node.ts";

/** Makes what is not there yet: after a stop the disk is as it was, while /run is empty, as after a boot. */
export async function prepareDisk(node: Node): Promise<void> {
  const disk = join(node.folder, "disk");
  await rm(join(node.folder, "run"), { recursive: true, force: true });
  await mkdir(onHost(node, dirname(socketOf(node))), { recursive: true });
  await writeNetworkConfig(node);
  if (existsSync(join(disk, "etc"))) return;
  await mkdir(join(disk, "var"), { recursive: true });
  const { disk: size } = node.settings;
  if (size !== "") await run("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", join(disk, "var")]);
  for (const folder of ["opt", "home", "root", "var/tmp", "var/log/pods", "var/lib/cni", "var/lib/containerd"]) {
    await mkdir(join(disk, folder), { recursive: true });
  }
  await mkdir(onHost(node, node.settings.kubeletRoot), { recursive: true });
  await symlink("../run", join(disk, "var/run"));
  await mkdir(join(disk, "etc"));
  for (const name of [
    "passwd",
    "group",
    "nsswitch.conf",
    "ssl",
    "ld.so.cache",
    "alternatives",
    "protocols",
    "services",
  ]) {
    await cp(join("/etc", name), join(disk, "etc", name), { recursive: true, verbatimSymlinks: true }).catch(() => {});
  }
  await writeFile(join(disk, "etc/os-release"), 'PRETTY_NAME="Larder test node"\nID=larder\n');
  await writeFile(join(disk, "etc/machine-id"), `${node.number.toString(16).padStart(32, "0")}\n`);
  await writeFile(join(disk, "etc/resolv.conf"), "");
  await writeFile(join(disk, "etc/hosts"), `127.0.0.1 localhost\n${GATEWAY} registry.test locked.test\n`);
}

async function writeNetworkConfig(node: Node): Promise<void> {
  const ipam = { type: "host-local", ranges: [[{ subnet: podRange(node.number) }]], routes: [{ dst: "0.0.0.0/0" }] };
  const bridge = { type: "bridge", bridge: "cni0", isGateway: true, ipMasq: false, ipam };
  const folder = join(node.folder, "cni");
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, "10-larder.conflist"),
    JSON.stringify({ cniVersion: "0.4.0", name: "larder", plugins: [bridge] }),
  );
}
