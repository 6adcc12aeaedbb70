/** The parts that fetches are measured on: a real containerd, registries in this process, and links that are slow by design. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { connectCri } from "#effects/cri/connect.ts";
import { systemClock } from "#effects/system/clock.ts";
import { type PushOptions, pushImage } from "#embedded/images/push-image.ts";
import {
  type EmbeddedRegistry,
  type EmbeddedRegistryOptions,
  startEmbeddedRegistry,
} from "#embedded/registry/embedded-registry.ts";
import { type LinkOptions, openSlowLink, type SlowLink } from "../test/kit/slow-link.ts";
import { type Containerd, startContainerd } from "../test/system/parts/containerd.ts";
import { openRunFolder } from "../test/system/parts/run-folder.ts";
import { makeRealisticImage } from "./images.ts";

export interface Stage {
  readonly containerd: Containerd;
  openRegistry(options?: Partial<EmbeddedRegistryOptions>): Promise<EmbeddedRegistry>;
  /** A link to a registry, which containerd may use. */
  link(registry: EmbeddedRegistry, options: Omit<LinkOptions, "port">): Promise<SlowLink>;
  /** Different images, one repository each: `app-0:1`, `app-1:1`, … */
  push(registry: EmbeddedRegistry, count: number, layers: Layers, options?: PushTo): Promise<void>;
  /** @throws if the node has another number of images */
  expectImages(count: number): Promise<void>;
  /** Flags for `fetch` with these images as its list. */
  fetchFlags(images: readonly string[]): Promise<readonly string[]>;
}

/** Bytes of each layer of the nth image. */
export type Layers = (n: number) => readonly number[];

export interface PushTo {
  /** Before the repository's own name. @default "" */
  readonly prefix?: string;
  readonly credential?: PushOptions["credential"];
}

/** Sets up, lets `work` measure, and leaves nothing. */
export async function onStage<T>(work: (stage: Stage) => Promise<T>): Promise<T> {
  const folder = await openRunFolder();
  const closing: (() => Promise<void>)[] = [];
  let outcome: "passed" | "failed" = "failed";
  try {
    const containerd = await startContainerd(folder);
    closing.push(() => containerd.stop());
    let lists = 0;
    const done = await work({
      containerd,
      async openRegistry(options = {}) {
        const registry = await startEmbeddedRegistry({ clock: systemClock(), ...options });
        closing.push(() => registry.close());
        await containerd.addPlainHttpHost(registry.host);
        return registry;
      },
      async link(registry, options) {
        const link = await openSlowLink({ ...options, port: Number(registry.host.split(":")[1]) });
        closing.push(() => link.close());
        await containerd.addPlainHttpHost(link.host);
        return link;
      },
      push: pushImages,
      expectImages: (count) => expectImages(containerd.socket, count),
      async fetchFlags(images) {
        const list = join(folder.path, `images-${lists++}.txt`);
        await writeFile(list, images.map((image) => `${image}\n`).join(""));
        return ["fetch", "--cri-socket", containerd.socket, "--image-list-file", list];
      },
    });
    outcome = "passed";
    return done;
  } finally {
    for (const close of closing.toReversed()) await close();
    await folder.close(outcome);
  }
}

async function pushImages(
  registry: EmbeddedRegistry,
  count: number,
  layers: Layers,
  { prefix = "", credential }: PushTo = {},
): Promise<void> {
  for (let n = 0; n < count; n++) {
    const image = await makeRealisticImage(`${prefix}${n}`, layers(n));
    const signal = AbortSignal.timeout(60_000);
    const target = { registry: registry.url, repository: `${prefix}app-${n}`, tag: "1", image, signal };
    await pushImage({ ...target, ...(credential && { credential }) });
  }
}

async function expectImages(socket: string, count: number): Promise<void> {
  const runtime = connectCri({ socket });
  const images = await runtime.listImages(AbortSignal.timeout(10_000));
  runtime.close();
  const found = images.ok ? images.value.length : images.error.message;
  if (found !== count) throw new Error(`the node has ${found} images, not ${count}`);
}

export function imagesAt(host: string, count: number, prefix = ""): string[] {
  return Array.from({ length: count }, (_, n) => `${host}/${prefix}app-${n}:1`);
}
