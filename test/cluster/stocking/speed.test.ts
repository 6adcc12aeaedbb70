/** How long 64 small images take on kubelets that pull one at a time, with the kubelets' default registryPullQPS. */
import { expect, it } from "vitest";
import { startNode } from "../../../cluster/nodes/start.ts";
import { removeNode } from "../../../cluster/nodes/stop.ts";
import { cluster } from "../harness/cluster.ts";
import { openDesk, outcomes } from "../harness/desk.ts";
import { larderImage } from "../harness/larder-image.ts";
import { prefetch } from "../harness/node-runtime.ts";
import { useNode } from "../harness/use-node.ts";

const settings = { version: "1.35", runtime: "containerd-2.2" } as const;
const node = useNode("serial", settings);

it("64 small images are served in under 30 s, and in under 90 s on a node that joins later", {
  timeout: 300_000,
}, async ({ onTestFinished }) => {
  const desk = await openDesk({ accounts: [] });
  const names = Array.from({ length: 64 }, (_, n) => `small-${n}`);
  const images: string[] = [];
  for (const name of names) images.push(...(await desk.space.images([name], { registry: "open" })));
  const file = await desk.stockFile({ name: "speed", images, nodes: [node().name, "serial-late"] });
  // As on a node that was stocked before: Larder's own image is larger than all of these.
  await prefetch(node().name, await larderImage());
  const first = await desk.runCli(["up", "-f", file, "--wait", "--timeout", "3m", "-o", "ndjson"], {
    timeoutMs: 200_000,
  });
  expect(first.exitCode, first.stderr).toBe(0);
  expect(Object.keys(outcomes(first))).toHaveLength(64);

  const late = await startNode(cluster, "serial-late", settings);
  onTestFinished(() => removeNode(cluster, late));
  const second = await desk.runCli(["await", "-f", file, "--timeout", "3m", "-o", "ndjson"], { timeoutMs: 200_000 });
  expect(second.exitCode, second.stderr).toBe(0);
  expect(Object.keys(outcomes(second))).toHaveLength(128);
  const [there, joined] = [first, second].map(({ tookMs }) => Math.round(tookMs / 100) / 10);
  console.log(`64 images: ${there} s on a node that is there, ${joined} s on one that joins`);
  expect(there).toBeLessThan(30);
  expect(joined).toBeLessThan(90);
});
