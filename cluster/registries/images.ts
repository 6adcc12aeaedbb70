/** Test images around Debian's static busybox, made by the project's own image kit, so equal everywhere and every time. */
import { readFile } from "node:fs/promises";
import { type Image, type ImageDescription, makeImage } from "#embedded/images/image.ts";
import { pushImage } from "#embedded/images/push-image.ts";
import { findCommand } from "../../test/kit/run/find-command.ts";
import type { Cluster } from "../folder.ts";

/** The images that every cluster has; `app` and `twin` are two names of one digest. */
export const testImages = {
  "public/pause:1": { labels: { name: "pause" } },
  "public/tool:1": { labels: { name: "tool" } },
  "public/big:1": { labels: { name: "big" }, noise: { seed: "big", layerBytes: [64 * 1024 * 1024] } },
  "private/app:1": { labels: { name: "app" } },
  "private/twin:1": { labels: { name: "app" } },
} as const satisfies Readonly<Record<string, Partial<ImageDescription>>>;

/** Pushes them to the registries' store. */
export async function pushTestImages(cluster: Cluster): Promise<void> {
  for (const [name, description] of Object.entries(testImages)) {
    await pushTestImage(cluster, name, await makeTestImage(description));
  }
}

/**
 * An image with busybox and `sh` in /bin, which sleeps unless it is told otherwise. Different labels make a different image.
 */
export async function makeTestImage(description: Partial<ImageDescription>): Promise<Image> {
  const busybox = { content: await readFile(await findCommand("busybox", "busybox-static")), mode: 0o755 };
  return makeImage({
    files: { "bin/busybox": busybox, "bin/sh": busybox },
    entrypoint: ["/bin/busybox", "sleep", "2147483647"],
    ...description,
  });
}

/** @param name `repository:tag`; both registries serve it afterwards */
export async function pushTestImage(cluster: Cluster, name: string, image: Image): Promise<void> {
  const [repository = "", tag = "latest"] = name.split(":");
  const registry = `http://127.0.0.1:${cluster.ports.open}`;
  await pushImage({ registry, repository, tag, image, signal: AbortSignal.timeout(60_000) });
}
