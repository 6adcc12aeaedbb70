/** A node whose disk gets full: the kubelet removes images that no container uses, and those of shelves are used. */
import { rm, statfs, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { startPartAgain } from "../../../cluster/nodes/start.ts";
import { stopDaemon } from "../../../cluster/processes/daemon.ts";
import { cluster, core } from "../harness/cluster.ts";
import { eventually } from "../harness/eventually.ts";
import { openLarderDesk } from "../harness/larder-desk.ts";
import { prefetch, withRuntime } from "../harness/node-runtime.ts";
import { askKubelet } from "../harness/pods.ts";
import { openSpace } from "../harness/space.ts";
import { useNode } from "../harness/use-node.ts";

const MEGABYTE = 1024 * 1024;
/** Below 40 % it removes all images that are not used, and starts to evict pods only if that was not enough. */
const thresholds = { "nodefs.available": "40%", "imagefs.available": "40%" };

const node = useNode("small", {
  runtime: "containerd-2.2",
  disk: "1g",
  kubelet: { evictionHard: thresholds, evictionPressureTransitionPeriod: "5s", imageMinimumGCAge: "1s" },
});

/** Writes a file that leaves a little less than the threshold. @returns removes it */
async function fillDisk(): Promise<() => Promise<void>> {
  const disk = join(node().folder, "disk", "var");
  const file = join(disk, "filling");
  const { bavail, blocks, bsize } = await statfs(disk);
  const room = (bavail - 0.4 * blocks) * bsize;
  await writeFile(file, Buffer.alloc(Math.ceil(room + 10 * MEGABYTE)));
  return () => rm(file);
}

function hasImage(image: string): Promise<boolean> {
  return withRuntime(node().name, async (runtime, signal) => {
    const status = await runtime.imageStatus(image, signal);
    if (!status.ok) throw new Error(status.error.message);
    return status.value !== undefined;
  });
}

async function hasDiskPressure(): Promise<boolean> {
  const { status } = await core.readNode({ name: node().name });
  return status?.conditions?.some(({ type, status: state }) => type === "DiskPressure" && state === "True") ?? false;
}

it("keeps the images of shelves, and loses one that was only pulled; but it forgets who may use the former", async () => {
  const [space, desk] = [await openSpace(), await openLarderDesk()];
  const { namespace } = space;
  const { name } = node();
  await space.pullSecret("alice");
  const [held = ""] = await space.images(["held"]);
  const content = { noise: { seed: namespace, layerBytes: [40_000_000] } };
  const [loose = ""] = await space.images(["loose"], { registry: "open", content });
  const spec = { images: [held], pullSecrets: [`${namespace}/alice`], nodes: { names: [name] } };
  const file = await desk.stock("kept", namespace, spec);
  const up = await desk.run(["up", "-f", file, "--wait"]);
  expect(up.exitCode, up.stderr + up.stdout).toBe(0);
  await prefetch(name, loose);
  const withoutSecret = { node: name, image: held, pullPolicy: "Never" } as const;
  expect((await askKubelet(space, withoutSecret)).reason).toBe("ErrImageNeverPull");

  // It looks for new images every five minutes and at its start, and an image that it finds during a pass is too young to be removed.
  await stopDaemon(cluster, `${name}.kubelet`);
  await startPartAgain(cluster, node(), "kubelet");
  const removeFilling = await fillDisk();
  await eventually("the removal of the image that nobody uses", async () => !(await hasImage(loose)) || undefined);
  await removeFilling();
  expect(await hasImage(held)).toBe(true);
  const again = await desk.run(["await", "-f", file, "--output", "ndjson"]);
  expect(again.exitCode, again.stderr).toBe(0);
  expect(again.events.at(-1)).toMatchObject({ outcome: "stocked", present: 1 });

  await eventually("the end of the pressure", async () => !(await hasDiskPressure()) || undefined);
  // The pass removes the records of all images that it did not look at, and it does not look at those in use (k8s.io/kubernetes
  // pkg/kubelet/images/image_gc_manager.go, PruneUnknownRecords): what is held counts as preloaded from now on.
  expect((await askKubelet(space, withoutSecret)).reason).toBe("runs");
});
