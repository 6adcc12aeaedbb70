import { describe, expect, it } from "vitest";
import { makeImageIndex } from "#embedded/images/image.ts";
import { mediaTypes } from "#embedded/media-types.ts";
import {
  ABSENT,
  bytesOf,
  expectError,
  expectHeaders,
  newRepository,
  type RegistryClient,
  smallImage,
} from "./client.ts";

export function reading(client: () => RegistryClient): void {
  describe("what is there", () => {
    it("says that it speaks version 2 of the API", async () => {
      const response = await client().ask("");
      expect(response.status).toBe(200);
      expect(response.headers.get("docker-distribution-api-version")).toBe("registry/2.0");
      expect(await response.json()).toEqual({});
    });

    it.each(["oci", "docker"] as const)(
      "gives a pushed image back, manifest by tag and by digest (%s)",
      async (format) => {
        const image = await smallImage(format);
        const repository = newRepository();
        await client().push(repository, "1.0", image);
        for (const reference of ["1.0", image.manifest.digest]) {
          const got = await client().manifest(repository, reference);
          expect(got.status).toBe(200);
          expectHeaders(got, image.manifest);
          expect(got.headers.get("etag")).toBe(`"${image.manifest.digest}"`);
          expect(await bytesOf(got)).toEqual(Buffer.from(image.manifest.bytes));
          const head = await client().manifest(repository, reference, { method: "HEAD" });
          expect(head.status).toBe(200);
          expectHeaders(head, image.manifest);
          expect(await bytesOf(head)).toHaveLength(0);
        }
        for (const content of [image.config, ...image.layers]) {
          const got = await client().ask(`${repository}/blobs/${content.digest}`);
          expect(got.status).toBe(200);
          expectHeaders(got, { ...content, mediaType: "application/octet-stream" });
          expect(await bytesOf(got)).toEqual(Buffer.from(content.bytes));
          const head = await client().ask(`${repository}/blobs/${content.digest}`, { method: "HEAD" });
          expect(head.status).toBe(200);
          expectHeaders(head, { ...content, mediaType: "application/octet-stream" });
        }
      },
    );

    it.each(["oci", "docker"] as const)("gives an index and the image of each platform (%s)", async (format) => {
      const images = await Promise.all(
        ["amd64", "arm64"].map((architecture) => smallImage(format, { os: "linux", architecture })),
      );
      const image = makeImageIndex(images, format);
      const repository = newRepository();
      await client().push(repository, "1.0", image);
      const index = await client().manifest(repository, "1.0");
      expectHeaders(index, image.manifest);
      expect(await bytesOf(index)).toEqual(Buffer.from(image.manifest.bytes));
      for (const child of images)
        expectHeaders(await client().manifest(repository, child.manifest.digest), child.manifest);
    });

    it("gives an OCI manifest only to those who name its type: a wildcard does not do", async () => {
      const image = await smallImage("oci");
      const repository = newRepository();
      await client().push(repository, "1.0", image);
      const response = await client().ask(`${repository}/manifests/1.0`, { headers: { accept: "*/*" } });
      await expectError(response, 404, "MANIFEST_UNKNOWN");
      const named = await client().ask(`${repository}/manifests/1.0`, {
        headers: { accept: `${mediaTypes.docker.manifest}, ${mediaTypes.oci.manifest};q=0.9` },
      });
      expect(named.status).toBe(200);
    });

    it("answers 304 to those who have it already", async () => {
      const image = await smallImage("oci");
      const repository = newRepository();
      await client().push(repository, "1.0", image);
      const headers = { "if-none-match": `"${image.manifest.digest}"` };
      expect((await client().manifest(repository, "1.0", { headers })).status).toBe(304);
    });

    it("lists tags, and moves a tag that is pushed again", async () => {
      const repository = newRepository();
      const [one, two] = await Promise.all([smallImage("oci"), smallImage("docker")]);
      await client().push(repository, "a", one);
      await client().push(repository, "b", one);
      await client().push(repository, "b", two);
      const tags = await client().ask(`${repository}/tags/list`);
      expect(tags.status).toBe(200);
      const list: unknown = await tags.json();
      expect(list).toHaveProperty("name", repository);
      expect(list).toHaveProperty("tags", expect.arrayContaining(["a", "b"]));
      expect(list).toHaveProperty("tags.length", 2);
      expectHeaders(await client().manifest(repository, "b"), two.manifest);
    });
  });

  describe("parts of blobs", () => {
    const bytes = Buffer.from("0123456789");
    it.each([
      ["bytes=2-4", 206, "bytes 2-4/10", "234"],
      ["bytes=7-", 206, "bytes 7-9/10", "789"],
      ["bytes=-3", 206, "bytes 7-9/10", "789"],
      ["bytes=8-99", 206, "bytes 8-9/10", "89"],
      ["bytes=0-0", 206, "bytes 0-0/10", "0"],
    ])("%s", async (range, status, contentRange, text) => {
      const repository = newRepository();
      const digest = await client().putBlob(repository, bytes);
      const response = await client().ask(`${repository}/blobs/${digest}`, { headers: { range } });
      expect(response.status).toBe(status);
      expect(response.headers.get("content-range")).toBe(contentRange);
      expect(response.headers.get("docker-content-digest")).toBe(digest);
      expect(await response.text()).toBe(text);
    });

    it("says 416 behind the end, and how long the blob is", async () => {
      const repository = newRepository();
      const digest = await client().putBlob(repository, bytes);
      const response = await client().ask(`${repository}/blobs/${digest}`, { headers: { range: "bytes=10-" } });
      expect(response.status).toBe(416);
      expect(response.headers.get("content-range")).toBe("bytes */10");
      // docker-registry 2.8 announces a body here that it does not send.
      await response.body?.cancel();
    });
  });

  describe("what is not there", () => {
    it.each([
      ["manifests/1.0", "MANIFEST_UNKNOWN"],
      [`manifests/${ABSENT}`, "MANIFEST_UNKNOWN"],
      [`blobs/${ABSENT}`, "BLOB_UNKNOWN"],
      ["tags/list", "NAME_UNKNOWN"],
    ])("%s of an unknown repository", async (path, code) => {
      const repository = newRepository();
      await expectError(await client().ask(`${repository}/${path}`), 404, code);
    });

    it.each(["manifests/2.0", `manifests/${ABSENT}`, `blobs/${ABSENT}`])("HEAD %s has no body", async (path) => {
      const repository = newRepository();
      await client().push(repository, "1.0", await smallImage("oci"));
      const response = await client().ask(`${repository}/${path}`, { method: "HEAD" });
      expect(response.status).toBe(404);
      expect(await bytesOf(response)).toHaveLength(0);
    });

    it("a blob of another repository", async () => {
      const digest = await client().putBlob(newRepository(), Buffer.from("mine"));
      await expectError(await client().ask(`${newRepository()}/blobs/${digest}`), 404, "BLOB_UNKNOWN");
    });

    it("a blob with a malformed digest", async () => {
      await expectError(await client().ask(`${newRepository()}/blobs/sha256:abc`), 400, "DIGEST_INVALID");
    });

    it("a method that a path does not have", async () => {
      const response = await client().ask(`${newRepository()}/blobs/${ABSENT}`, { method: "PUT" });
      expect(response.status).toBe(405);
      expect(response.headers.get("allow")).toBe("DELETE, GET, HEAD");
      await response.arrayBuffer();
    });
  });
}
