import { arch } from "node:os";
import { describe, expect, test } from "vitest";
import { type Image, makeImage, makeImageIndex } from "#embedded/images/image.ts";
import type { NodeImage } from "#ports/cri.ts";
import { type Bench, inTime } from "./bench.ts";

export function describeImages(bench: () => Bench): void {
  describe("images", () => {
    test("the runtime says its name and version", async () => {
      expect(await bench().cri.version(inTime())).toEqual({
        ok: true,
        value: { name: expect.stringMatching(/./), version: expect.stringMatching(/./) },
      });
    });

    test("an image that is not there is an answer, not a failure", async () => {
      const { cri, registry } = bench();
      for (const image of [`${registry.host}/public/absent:1`, "busybox", `sha256:${"0".repeat(64)}`, "Not a name"]) {
        expect(await cri.imageStatus(image, inTime())).toEqual({ ok: true, value: undefined });
      }
    });

    test("a pull answers the image's ID, and then the image is known and listed", async () => {
      const { cri, stock } = bench();
      const { name, image } = await stock("public/app", "1");
      expect(await cri.pullImage(`${name}:1`, undefined, inTime())).toEqual({ ok: true, value: image.config.digest });
      const expected: NodeImage = {
        id: image.config.digest,
        repoTags: [`${name}:1`],
        repoDigests: [`${name}@${image.manifest.digest}`],
        sizeBytes: bytesOf(image),
      };
      expect(await cri.imageStatus(`${name}:1`, inTime())).toEqual({ ok: true, value: expected });
      const list = await cri.listImages(inTime());
      expect(list.ok && list.value).toContainEqual(expected);
    });

    test("every spelling finds the image: with digest, by ID, by the beginning of the ID", async () => {
      const { cri, stock } = bench();
      const { name, image } = await stock("public/spelled", "latest");
      await cri.pullImage(name, undefined, inTime());
      const id = image.config.digest;
      const pinned = `${name}@${image.manifest.digest}`;
      for (const spelling of [
        name,
        `${name}:latest`,
        pinned,
        `${name}:any@${image.manifest.digest}`,
        id,
        id.slice(7, 27),
      ]) {
        const status = await cri.imageStatus(spelling, inTime());
        expect.soft(status.ok && status.value?.id, spelling).toBe(id);
      }
    });

    test("an image that is pulled by digest gets no tag, even if one was written", async () => {
      const { cri, stock } = bench();
      const { name, image } = await stock("public/pinned", "1");
      const pinned = `${name}@${image.manifest.digest}`;
      await cri.pullImage(`${name}:1@${image.manifest.digest}`, undefined, inTime());
      expect(await cri.imageStatus(pinned, inTime())).toMatchObject({ value: { repoTags: [], repoDigests: [pinned] } });
      expect(await cri.imageStatus(`${name}:1`, inTime())).toEqual({ ok: true, value: undefined });
    });

    test("several layers, in Docker's format too", async () => {
      const { cri, stock } = bench();
      for (const format of ["oci", "docker"] as const) {
        const made = await makeImage({ noise: { seed: format, layerBytes: [10, 300_000, 7, 70_000] }, format });
        const { name, image } = await stock(`public/layers-${format}`, "1", made);
        expect(await cri.pullImage(`${name}:1`, undefined, inTime())).toMatchObject({ value: image.config.digest });
        const status = await cri.imageStatus(`${name}:1`, inTime());
        expect(status).toMatchObject({ value: { sizeBytes: bytesOf(image) } });
      }
    });

    test("of an image for several platforms, this machine's is pulled", async () => {
      const { cri, stock } = bench();
      const here = arch() === "x64" ? "amd64" : arch();
      const images = await Promise.all(
        ["s390x", here].map((architecture) =>
          makeImage({ files: { architecture }, platform: { os: "linux", architecture } }),
        ),
      );
      const index = makeImageIndex(images);
      const { name } = await stock("public/platforms", "1", index);
      const ours = images[1];
      if (ours === undefined) throw new Error("there are two images");
      expect(await cri.pullImage(`${name}:1`, undefined, inTime())).toMatchObject({ value: ours.config.digest });
      expect(await cri.imageStatus(`${name}:1`, inTime())).toMatchObject({
        value: {
          repoDigests: [`${name}@${index.manifest.digest}`],
          sizeBytes: index.manifest.bytes.length + bytesOf(ours),
        },
      });
    });

    test("a tag that moved is moved by the next pull, and the old image keeps its digest", async () => {
      const { cri, stock } = bench();
      const { name, image: old } = await stock("public/moving", "1");
      await cri.pullImage(`${name}:1`, undefined, inTime());
      const { image: fresh } = await stock("public/moving", "1", await makeImage({ files: { "name.txt": "moved" } }));
      expect(await cri.pullImage(`${name}:1`, undefined, inTime())).toMatchObject({ value: fresh.config.digest });
      expect(await cri.imageStatus(`${name}:1`, inTime())).toMatchObject({ value: { id: fresh.config.digest } });
      expect(await cri.imageStatus(old.config.digest, inTime())).toMatchObject({
        value: { repoTags: [], repoDigests: [`${name}@${old.manifest.digest}`] },
      });
    });

    test("what is there already is not fetched again, under any name", async () => {
      const { cri, registry, stock } = bench();
      const { name, image } = await stock("public/known", "1");
      await cri.pullImage(`${name}:1`, undefined, inTime());
      const { name: twin } = await stock("public/twin", "1", image);
      const before = registry.requests().length;
      await cri.pullImage(`${twin}:1`, undefined, inTime());
      const asked = registry.requests().slice(before);
      expect(asked.map(({ method }) => method)).toEqual(["HEAD"]);
      expect(await cri.imageStatus(image.config.digest, inTime())).toMatchObject({
        value: { repoTags: [`${name}:1`, `${twin}:1`] },
      });
    });

    test("no container uses an image that was only pulled", async () => {
      const { cri, stock } = bench();
      const { name } = await stock("public/unused", "1");
      await cri.pullImage(`${name}:1`, undefined, inTime());
      expect(await cri.imagesInUse(inTime())).toEqual({ ok: true, value: new Set() });
    });

    test("removing an image removes all its names, and removing what is not there succeeds", async () => {
      const { cri, stock } = bench();
      const { name, image } = await stock("public/removed", "1");
      const { name: second } = await stock("public/removed-too", "1", image);
      for (const each of [name, second]) await cri.pullImage(`${each}:1`, undefined, inTime());
      expect(await cri.removeImage(`${name}:1`, inTime())).toEqual({ ok: true, value: undefined });
      expect(await cri.imageStatus(`${second}:1`, inTime())).toEqual({ ok: true, value: undefined });
      expect(await cri.removeImage(`${name}:1`, inTime())).toEqual({ ok: true, value: undefined });
      expect(await cri.pullImage(`${name}:1`, undefined, inTime())).toMatchObject({ value: image.config.digest });
    });
  });
}

/** What containerd counts: everything that was fetched, compressed. */
function bytesOf(image: Image): number {
  return [image.manifest, image.config, ...image.layers].reduce((sum, content) => sum + content.bytes.length, 0);
}
