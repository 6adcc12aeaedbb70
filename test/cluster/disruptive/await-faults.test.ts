/** Nodes, kubelets, runtimes and the API server that go away and come back, or not, while somebody waits for them. */
import { describe, expect, it, onTestFinished } from "vitest";
import { waitForApi } from "../../../cluster/control-plane/start.ts";
import { bringBack, cutOff, limitRate } from "../../../cluster/network/cable.ts";
import type { Node } from "../../../cluster/nodes/node.ts";
import { startNode, startPartAgain } from "../../../cluster/nodes/start.ts";
import { removeNode, stopNode } from "../../../cluster/nodes/stop.ts";
import { startAgain, stopDaemon } from "../../../cluster/processes/daemon.ts";
import type { LarderRun } from "../../kit/run-larder.ts";
import { cluster, core } from "../harness/cluster.ts";
import { eventually } from "../harness/eventually.ts";
import { type LarderDesk, openLarderDesk } from "../harness/larder-desk.ts";
import { openSpace, type Space } from "../harness/space.ts";
import { useNode } from "../harness/use-node.ts";

/** Megabytes that no link of these tests carries before the test allows it. */
const content = (space: Space) => ({ noise: { seed: space.namespace, layerBytes: [3_000_000] } });
const SLOW = "256kbit";

/** A Stock of one image that these nodes pull slowly. @returns its file */
async function slowStock(desk: LarderDesk, space: Space, names: readonly string[]): Promise<string> {
  const [image = ""] = await space.images(["slow"], { registry: "open", content: content(space) });
  return desk.stock("slow", space.namespace, { images: [image], nodes: { names } });
}

/** Larder's own image is large, and these tests are about the images of a Stock. */
async function pullLarder(desk: LarderDesk, space: Space, node: Node): Promise<void> {
  const [image = ""] = await space.images(["first"], { registry: "open" });
  const file = await desk.stock("first", space.namespace, { images: [image], nodes: { names: [node.name] } });
  const { exitCode, stderr, stdout } = await desk.run(["up", "-f", file, "--wait"]);
  expect(exitCode, stderr + stdout).toBe(0);
  expect((await desk.run(["down", "-f", file, "--wait"])).exitCode).toBe(0);
}

async function putUp(desk: LarderDesk, file: string): Promise<void> {
  const { exitCode, stderr } = await desk.run(["up", "-f", file]);
  expect(exitCode, stderr).toBe(0);
}

/** @returns when it has seen every node of the Stock; `ended` when it is over */
async function awaiting(desk: LarderDesk, file: string): Promise<{ readonly ended: Promise<LarderRun> }> {
  let begin = (): void => {};
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const onEvent = ({ kind }: { readonly kind: string }): void => void (kind === "run-started" && begin());
  const ended = desk.run(["await", "-f", file, "--output", "ndjson", "--timeout", "100s"], { onEvent });
  await Promise.race([begun, ended]);
  return { ended };
}

function isStarting(space: Space, node: string): Promise<unknown> {
  return eventually(`a pod on ${node}`, async () => {
    const { items } = await core.listNamespacedPod({ namespace: space.namespace });
    return items.find((pod) => pod.spec?.nodeName === node && (pod.status?.containerStatuses?.length ?? 0) > 0);
  });
}

async function becomes(name: string, wanted: "True" | "Unknown"): Promise<void> {
  await eventually(`Ready ${wanted} of ${name}`, async () => {
    const { status } = await core.readNode({ name });
    return status?.conditions?.some(({ type, status: state }) => type === "Ready" && state === wanted) || undefined;
  });
}

describe("await goes on", () => {
  const node = useNode("shaky", { runtime: "containerd-2.2" });

  it("while the kubelet, containerd, the API server and the whole node go away and come back", async () => {
    const [space, desk] = [await openSpace(), await openLarderDesk()];
    const { name } = node();
    await pullLarder(desk, space, node());
    await limitRate(cluster, node(), SLOW);
    const file = await slowStock(desk, space, [name]);
    await putUp(desk, file);
    const { ended } = await awaiting(desk, file);
    await isStarting(space, name);

    for (const part of ["kubelet", "containerd"] as const) {
      await stopDaemon(cluster, `${name}.${part}`);
      await startPartAgain(cluster, node(), part);
    }
    await stopDaemon(cluster, "kube-apiserver");
    await startAgain(cluster, "kube-apiserver");
    await waitForApi(cluster);
    await cutOff(cluster, node());
    await becomes(name, "Unknown");
    const status = await desk.run(["status", name, "--namespace", space.namespace]);
    expect([status.exitCode, status.stdout]).toEqual([0, expect.stringContaining("not ready")]);
    await bringBack(cluster, node());
    await limitRate(cluster, node(), undefined);

    const { exitCode, stderr, stdout, events } = await ended;
    expect(exitCode, stderr + stdout).toBe(0);
    expect(events.at(-1)).toMatchObject({ kind: "run-finished", outcome: "stocked", pulled: 1 });
    expect(stderr).toMatch(/^warning: cannot watch [^\n]*; it is asked again until it answers\n$/);
  });
});

it("a node that stops and is deleted is named, and holds up nobody", async () => {
  const [space, desk] = [await openSpace(), await openLarderDesk()];
  const leaver = await startNode(cluster, "leaver", { runtime: "containerd-2.2" });
  onTestFinished(() => removeNode(cluster, leaver).catch(() => {}));
  await limitRate(cluster, leaver, SLOW);
  const file = await slowStock(desk, space, ["kubelet-1-35", leaver.name]);
  await putUp(desk, file);
  const { ended } = await awaiting(desk, file);
  await isStarting(space, leaver.name);
  await stopNode(cluster, leaver);
  await removeNode(cluster, leaver);

  const { exitCode, stderr, stdout, events } = await ended;
  expect(exitCode, stderr + stdout).toBe(0);
  expect(events.find(({ kind }) => kind === "node-left")).toMatchObject({
    node: "leaver",
    message: "the node leaver left the cluster",
  });
  const status = await desk.run(["status", "--namespace", space.namespace]);
  expect(status.stdout).not.toContain("leaver");
  // The cluster keeps the pods of a node that is gone for most of a minute.
  const down = await desk.run(["down", "-f", file, "--wait", "--timeout", "4s"]);
  expect([down.exitCode, down.stdout]).toEqual([3, expect.stringMatching(/not all is gone yet: .*\bleaver\n/)]);
});
