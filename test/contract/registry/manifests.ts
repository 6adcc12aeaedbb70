import { describe, expect, it } from "vitest";
import { makeImageIndex } from "#embedded/images/image.ts";
import { mediaTypes } from "#embedded/media-types.ts";
import { ABSENT, expectError, newRepository, type RegistryClient, smallImage } from "./client.ts";

export function manifests(client: () => RegistryClient): void {
  describe("pushing manifests", () => {
    const putManifest = (repository: string, reference: string, type: string, bytes: Uint8Array): Promise<Response> =>
      client().put(`${repository}/manifests/${reference}`, bytes, type);

    it("answers with the place and the digest", async () => {
      const image = await smallImage("oci");
      const repository = newRepository();
      await client().push(repository, "1.0", image);
      const { mediaType, bytes, digest } = image.manifest;
      const response = await putManifest(repository, "2.0", mediaType, bytes);
      expect(response.status).toBe(201);
      expect(response.headers.get("docker-content-digest")).toBe(digest);
      expect(client().location(response)).toBe(`${client().url}/v2/${repository}/manifests/${digest}`);
    });

    it("refuses a digest that is not that of the bytes", async () => {
      const image = await smallImage("oci");
      const repository = newRepository();
      await client().push(repository, "1.0", image);
      const response = await putManifest(repository, ABSENT, image.manifest.mediaType, image.manifest.bytes);
      await expectError(response, 400, "DIGEST_INVALID");
    });

    it("refuses a manifest whose blobs are not there, and an index whose manifests are not there", async () => {
      const image = await smallImage("oci");
      const { mediaType, bytes } = image.manifest;
      await expectError(await putManifest(newRepository(), "1.0", mediaType, bytes), 400, "MANIFEST_BLOB_UNKNOWN", 3);
      const index = makeImageIndex([image]).manifest;
      const refused = await putManifest(newRepository(), "1.0", index.mediaType, index.bytes);
      await expectError(refused, 400, "MANIFEST_BLOB_UNKNOWN");
    });

    it.each([
      ["garbage", mediaTypes.oci.manifest, "no JSON"],
      ["an unknown type", "text/plain", '{"schemaVersion":2}'],
      ["a type other than announced", mediaTypes.oci.manifest, `{"schemaVersion":2,"mediaType":"other/type"}`],
    ])("refuses %s", async (_, type, text) => {
      await expectError(await putManifest(newRepository(), "1.0", type, Buffer.from(text)), 400, "MANIFEST_INVALID");
    });

    it("refuses what is longer than 4 MiB", async () => {
      const bytes = Buffer.alloc(4 * 1024 * 1024 + 1, " ");
      const response = await putManifest(newRepository(), "1.0", mediaTypes.oci.manifest, bytes);
      await expectError(response, 400, "MANIFEST_INVALID");
    });
  });

  describe("deleting", () => {
    it("removes a manifest by digest, and its tags with it", async () => {
      const image = await smallImage("oci");
      const repository = newRepository();
      await client().push(repository, "1.0", image);
      const deleted = await client().ask(`${repository}/manifests/${image.manifest.digest}`, { method: "DELETE" });
      expect(deleted.status).toBe(202);
      await expectError(await client().manifest(repository, "1.0"), 404, "MANIFEST_UNKNOWN");
      await expectError(await client().manifest(repository, image.manifest.digest), 404, "MANIFEST_UNKNOWN");
      const again = await client().ask(`${repository}/manifests/${image.manifest.digest}`, { method: "DELETE" });
      await expectError(again, 404, "MANIFEST_UNKNOWN");
    });

    it("does not remove a tag alone", async () => {
      const repository = newRepository();
      await client().push(repository, "1.0", await smallImage("oci"));
      await expectError(await client().ask(`${repository}/manifests/1.0`, { method: "DELETE" }), 400, "DIGEST_INVALID");
      expect((await client().manifest(repository, "1.0")).status).toBe(200);
    });

    it("removes a blob", async () => {
      const repository = newRepository();
      const digest = await client().putBlob(repository, Buffer.from("short life"));
      expect((await client().ask(`${repository}/blobs/${digest}`, { method: "DELETE" })).status).toBe(202);
      await expectError(await client().ask(`${repository}/blobs/${digest}`), 404, "BLOB_UNKNOWN");
      await expectError(await client().ask(`${repository}/blobs/${digest}`, { method: "DELETE" }), 404, "BLOB_UNKNOWN");
    });
  });
}
