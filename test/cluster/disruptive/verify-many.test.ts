/** Proof at a size: so many images that no other test should find them on its nodes. */
import { beforeAll, expect, it } from "vitest";
import { larderImage } from "../harness/larder-image.ts";
import { prefetch } from "../harness/node-runtime.ts";
import { openProofDesk } from "../harness/proofs.ts";
import { openSpace } from "../harness/space.ts";
import { useNode } from "../harness/use-node.ts";

beforeAll(larderImage, 15 * 60_000);

useNode("many-1-34", { version: "1.34" });
useNode("many-1-35", { version: "1.35", runtime: "containerd-2.2" });
useNode("many-1-37", { version: "1.37", runtime: "containerd-2.2" });
useNode("many-always", { version: "1.35", policy: "AlwaysVerify" });
const nodes = ["many-1-34", "many-1-35", "many-1-37", "many-always"];

it("proves 200 images on four nodes within three minutes", { timeout: 400_000 }, async () => {
  const space = await openSpace();
  const images = await space.images(
    Array.from({ length: 200 }, (_, n) => `many${n}`),
    { registry: "open" },
  );
  // As a prefetcher brings them. On many-always only what its kubelet pulled itself is served, and all of that here is refused.
  await Promise.all(
    nodes.map(async (node) => {
      for (const image of images) await prefetch(node, image);
    }),
  );
  const desk = await openProofDesk(space, { name: "many", nodes, images });
  const run = await desk.verify(["--timeout", "3m"], { timeoutMs: 200_000 });
  expect(run.exitCode, run.stdout + run.stderr).toBe(1);
  expect(run.given).toHaveLength(800);
  const isRight = run.given.every(({ node, verdict }) => verdict === (node === "many-always" ? "refused" : "served"));
  expect(isRight).toBe(true);
  expect(run.tookMs).toBeLessThan(180_000);
});
