/**
 * containerd 1.6 (Debian package containerd) with its own root, state, socket and configuration in the run folder. Only
 * its image part is used: no network plugins, no containers.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { connectCri } from "#effects/cri/connect.ts";
import { unmountUnder } from "../../kit/run/ledger.ts";
import { overlayWorks } from "../../kit/run/overlay.ts";
import { type Part, startPart } from "./process.ts";
import type { RunFolder } from "./run-folder.ts";

export interface ContainerdOptions {
  /** Several containerds in one run need different names. @default "containerd" */
  readonly name?: string;
  /** `HOST:PORT` of registries that speak plain HTTP; more can follow. @default none */
  readonly plainHttpHosts?: readonly string[];
  /** Where images are kept: a folder that is there, for example a small disk. @default a folder in the run folder */
  readonly root?: string;
}

export interface Containerd {
  /** Path of the CRI socket. */
  readonly socket: string;
  /** Path of the log file. */
  readonly log: string;
  /** Which of containerd's snapshotters is used: overlayfs where the kernel lets it, else native. */
  readonly snapshotter: "overlayfs" | "native";
  /** Takes effect with the next pull. */
  addPlainHttpHost(host: string): Promise<void>;
  /** All of them, with what was downloaded for them. */
  removeImages(): Promise<void>;
  stop(): Promise<void>;
  /** SIGKILL: the socket's file stays behind. */
  kill(): Promise<void>;
  /** After `stop` or `kill`: the same socket and images. */
  startAgain(): Promise<void>;
}

export async function startContainerd(folder: RunFolder, options: ContainerdOptions = {}): Promise<Containerd> {
  const name = options.name ?? "containerd";
  const home = join(folder.path, name);
  const registries = join(home, "registries");
  await mkdir(registries, { recursive: true });
  const snapshotter = (await overlayWorks(home)) ? "overlayfs" : "native";
  const socket = join(home, "containerd.sock");
  const config = join(home, "config.toml");
  await writeFile(config, configuration(home, options.root ?? join(home, "root"), socket, snapshotter));
  const addPlainHttpHost = (host: string): Promise<void> => declarePlainHttp(registries, host);
  for (const host of options.plainHttpHosts ?? []) await addPlainHttpHost(host);
  const start = (): Promise<Part> =>
    startPart(folder, {
      name,
      command: "containerd",
      args: ["--config", config],
      debianPackage: "containerd",
      ready: (signal) => answersImages(socket, signal),
    });
  let part = await start();
  const ending = async (end: Promise<void>): Promise<void> => {
    await end;
    await unmountUnder(home);
  };
  return {
    socket,
    log: part.log,
    snapshotter,
    addPlainHttpHost,
    removeImages: () => removeImages(socket),
    stop: () => ending(part.stop()),
    kill: () => ending(part.kill()),
    startAgain: async () => {
      part = await start();
    },
  };
}

async function answersImages(socket: string, signal: AbortSignal): Promise<boolean> {
  const runtime = connectCri({ socket });
  try {
    return (await runtime.listImages(signal)).ok;
  } finally {
    runtime.close();
  }
}

async function removeImages(socket: string): Promise<void> {
  const runtime = connectCri({ socket });
  const signal = AbortSignal.timeout(60_000);
  const images = await runtime.listImages(signal);
  for (const image of images.ok ? images.value : []) await runtime.removeImage(image.id, signal);
  runtime.close();
}

async function declarePlainHttp(registries: string, host: string): Promise<void> {
  const url = JSON.stringify(`http://${host}`);
  await mkdir(join(registries, host), { recursive: true });
  await writeFile(
    join(registries, host, "hosts.toml"),
    `server = ${url}\n\n[host.${url}]\n  capabilities = ["pull", "resolve"]\n`,
  );
}

/** Parts that no image call needs, some of which write outside of the run folder or take long to start. */
const disabledPlugins = [
  "io.containerd.internal.v1.opt",
  "io.containerd.internal.v1.restart",
  "io.containerd.internal.v1.tracing",
  "io.containerd.monitor.v1.cgroups",
  "io.containerd.snapshotter.v1.aufs",
  "io.containerd.snapshotter.v1.btrfs",
  "io.containerd.snapshotter.v1.devmapper",
  "io.containerd.snapshotter.v1.zfs",
  "io.containerd.tracing.processor.v1.otlp",
];

/** Strings of JSON are strings of TOML, too. */
function configuration(home: string, root: string, socket: string, snapshotter: string): string {
  const at = (name: string): string => JSON.stringify(join(home, name));
  const cri = `plugins."io.containerd.grpc.v1.cri"`;
  return `version = 2
root = ${JSON.stringify(root)}
state = ${at("state")}
temp = ${at("temp")}
disabled_plugins = ${JSON.stringify(disabledPlugins)}

[grpc]
  address = ${JSON.stringify(socket)}

[debug]
  level = "info"

[${cri}]
  disable_tcp_service = true

[${cri}.cni]
  bin_dir = ${at("cni")}
  conf_dir = ${at("cni")}

[${cri}.containerd]
  snapshotter = ${JSON.stringify(snapshotter)}

[${cri}.registry]
  config_path = ${at("registries")}
`;
}
