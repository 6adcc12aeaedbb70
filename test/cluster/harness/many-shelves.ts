import type { LarderDesk } from "./larder-desk.ts";
import type { Space } from "./space.ts";

/**
 * A Stock of several shelves on one node, so that `up` takes some seconds.
 * @param count of images, of which five are started in a second
 * @returns its file; it is called `shelves`
 */
export async function manyShelves(desk: LarderDesk, space: Space, namespace: string, count = 12): Promise<string> {
  const names = Array.from({ length: count }, (_, index) => `app-${index}`);
  const images = await space.images(names, { registry: "open" });
  const nodes = { names: ["kubelet-1-35"] };
  return desk.stock("shelves", namespace, { images, nodes, pacing: { shelfSize: 3 } });
}

/** How many there are when `up` has ended. */
export async function shelvesOf(file: string, desk: LarderDesk): Promise<number> {
  const { stdout } = await desk.run(["render", "-f", file]);
  return stdout.match(/^kind: DaemonSet$/gm)?.length ?? 0;
}
