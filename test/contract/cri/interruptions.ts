import { afterEach, describe, expect, test } from "vitest";
import { makeImage } from "#embedded/images/image.ts";
import { type Bench, inTime, untilStruck } from "./bench.ts";

const canceled = { ok: false, error: { grpcCode: "Canceled", message: "context canceled" } };

export function describeInterruptions(bench: () => Bench): void {
  describe("interruptions", () => {
    afterEach(() => bench().registry.setFaults([]));

    test("a pull that is canceled in the middle of a layer ends at once, and the next one works", async () => {
      const { cri, registry, stock } = bench();
      const repository = "public/canceled";
      const { name, image } = await stock(
        repository,
        "1",
        await makeImage({ noise: { seed: "c", layerBytes: [90_000] } }),
      );
      registry.setFaults([{ on: { repository, part: "blob" }, fault: { kind: "hang", afterBytes: 10 } }]);
      const stop = new AbortController();
      const pull = cri.pullImage(`${name}:1`, undefined, AbortSignal.any([stop.signal, inTime()]));
      await untilStruck(registry, repository);
      stop.abort();
      expect(await pull).toEqual(canceled);
      expect(await cri.imageStatus(`${name}:1`, inTime())).toEqual({ ok: true, value: undefined });
      registry.setFaults([]);
      const again = await cri.pullImage(`${name}:1`, undefined, inTime());
      expect(again).toEqual({ ok: true, value: image.config.digest });
    });

    test("a call whose signal has aborted before is not made", async () => {
      const { cri, registry, stock } = bench();
      const { name } = await stock("public/never-asked", "1");
      const before = registry.requests().length;
      expect(await cri.pullImage(`${name}:1`, undefined, AbortSignal.abort())).toEqual(canceled);
      expect(registry.requests()).toHaveLength(before);
    });

    test("pulls run side by side: one that hangs holds up no other", async () => {
      const { cri, registry, stock } = bench();
      const hanging = await stock("public/hanging", "1");
      registry.setFaults([{ on: { repository: "public/hanging", part: "manifest" }, fault: { kind: "stall" } }]);
      const stop = new AbortController();
      const slow = cri.pullImage(`${hanging.name}:1`, undefined, stop.signal);
      const others = await Promise.all(["a", "b", "c"].map((letter) => stock(`public/side-${letter}`, "1")));
      const pulled = await Promise.all(others.map(({ name }) => cri.pullImage(`${name}:1`, undefined, inTime())));
      expect(pulled).toEqual(others.map(({ image }) => ({ ok: true, value: image.config.digest })));
      stop.abort();
      expect(await slow).toEqual(canceled);
    });

    test("two pulls of one image at the same time both succeed, and each layer is fetched once", async () => {
      const { cri, registry, stock } = bench();
      const repository = "public/both";
      const made = await makeImage({ noise: { seed: "both", layerBytes: [200_000, 100_000] } });
      const { name, image } = await stock(repository, "1", made);
      const before = registry.requests().length;
      const pull = () => cri.pullImage(`${name}:1`, undefined, inTime());
      const pulled = { ok: true, value: image.config.digest };
      expect(await Promise.all([pull(), pull()])).toEqual([pulled, pulled]);
      const blobs = registry
        .requests()
        .slice(before)
        .filter(({ path }) => path.includes("/blobs/"));
      expect(blobs.map(({ path }) => path)).toHaveLength(3);
    });
  });
}
