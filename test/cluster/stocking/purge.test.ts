/** `down --purge-images` on real runtimes: what a pod uses stays, the rest is gone, and so are the agents. */
import { describe, expect, it } from "vitest";
import { core } from "../harness/cluster.ts";
import { everyRole, openDesk } from "../harness/desk.ts";
import { eventually } from "../harness/eventually.ts";
import { leftovers } from "../harness/leftovers.ts";
import { prefetch, withRuntime } from "../harness/node-runtime.ts";

const nodes = ["kubelet-1-34", "kubelet-1-35", "cri-o"];

async function isThere(node: string, image: string): Promise<boolean> {
  const status = await withRuntime(node, (runtime, signal) => runtime.imageStatus(image, signal));
  if (!status.ok) throw new Error(`${image} on ${node}: ${status.error.message}`);
  return status.value !== undefined;
}

async function startPod(namespace: string, node: string, image: string): Promise<void> {
  const containers = [{ name: "main", image, imagePullPolicy: "IfNotPresent" }];
  const spec = { nodeName: node, terminationGracePeriodSeconds: 0, containers };
  await core.createNamespacedPod({ namespace, body: { metadata: { name: `uses-${node}` }, spec } });
  await eventually(`a pod on ${node}`, async () => {
    const pod = await core.readNamespacedPod({ namespace, name: `uses-${node}` });
    return pod.status?.containerStatuses?.[0]?.state?.running;
  });
}

describe.each(["kubelet", "cri"] as const)("down --purge-images after the method %s", (method) => {
  it("removes the images that nothing uses from every kind of node", async () => {
    const desk = await openDesk({ rights: { files: [...everyRole.files, "purge-images"] } });
    const { space } = desk;
    const [used = "", alias = ""] = await space.images(["used", "alias"], { registry: "open" });
    const [gone = ""] = await space.images(["gone"], { registry: "open", content: { labels: { which: "gone" } } });
    const [shared = ""] = await space.images(["shared"], {
      registry: "open",
      content: { labels: { which: "shared" } },
    });
    // The pods use the image by another name than the Stock's.
    const stock = { name: "purged", images: [alias, gone, shared], nodes, spec: { method } };
    const file = await desk.stockFile(stock);
    const other = await desk.stockFile({ name: "other", images: [shared], nodes });
    const run = async (...args: readonly string[]) => {
      const done = await desk.runCli(args);
      expect(done.exitCode, `${args.join(" ")}\n${done.stdout}${done.stderr}`).toBe(0);
      return done;
    };
    await run("up", "-f", file, "--wait", "--timeout", "90s");
    await run("up", "-f", other, "--wait", "--timeout", "90s");
    for (const node of nodes) await startPod(space.namespace, node, used);
    const down = await run("down", "-f", file, "--purge-images", "--wait");
    expect(down.stdout).toContain(`1 image on ${nodes.length} nodes removed\n`);
    expect(down.stdout).toContain(`1 image on ${nodes.length} nodes in use, and left: ${alias} on `);
    expect(down.stdout).toContain("1 image kept for other Stocks\n");
    for (const node of nodes) {
      const left = await Promise.all([used, gone, shared].map((image) => isThere(node, image)));
      expect(left, node).toEqual([true, false, true]);
    }
    await run("down", "-f", other, "--purge-images", "--wait");
    for (const node of nodes) expect(await isThere(node, shared), node).toBe(false);
    expect(await leftovers(desk)).toEqual([]);
  });
});

it("needs no other roles than those of down and of itself, and no Stock in the cluster where its file says what it was", async () => {
  const desk = await openDesk({ rights: { files: ["down", "purge-images"] } });
  const [image = ""] = await desk.space.images(["left"], { registry: "open" });
  for (const node of nodes) await prefetch(node, image);
  const file = await desk.stockFile({ name: "gone", images: [image], nodes });
  const down = await desk.runCli(["down", "-f", file, "--purge-images"]);
  expect(down.exitCode, down.stdout + down.stderr).toBe(0);
  for (const node of nodes) expect(await isThere(node, image), node).toBe(false);
});
