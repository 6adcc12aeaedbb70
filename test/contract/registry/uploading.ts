import { describe, expect, it } from "vitest";
import { sha256Of } from "#embedded/digest.ts";
import { ABSENT, expectError, newRepository, type RegistryClient, withDigest } from "./client.ts";

export function uploading(client: () => RegistryClient): void {
  describe("uploads", () => {
    it("take a blob in one PUT", async () => {
      const repository = newRepository();
      const bytes = Buffer.from("in one piece");
      const response = await client().put(withDigest(await client().startUpload(repository), sha256Of(bytes)), bytes);
      expect(response.status).toBe(201);
      expect(response.headers.get("docker-content-digest")).toBe(sha256Of(bytes));
      const got = await client().ask(client().location(response));
      expect(await got.text()).toBe("in one piece");
    });

    it("take a blob in chunks, and say how far they are", async () => {
      const repository = newRepository();
      const first = await client().patch(await client().startUpload(repository), Buffer.from("hello "));
      expect(first.status).toBe(202);
      expect(first.headers.get("range")).toBe("0-5");
      const status = await client().ask(client().location(first));
      expect(status.status).toBe(204);
      expect(status.headers.get("range")).toBe("0-5");
      const second = await client().patch(client().location(first), Buffer.from("wor"));
      expect(second.headers.get("range")).toBe("0-8");
      const digest = sha256Of(Buffer.from("hello world"));
      const last = await client().put(withDigest(client().location(second), digest), Buffer.from("ld"));
      expect(last.status).toBe(201);
      expect(await (await client().ask(`${repository}/blobs/${digest}`)).text()).toBe("hello world");
    });

    it("start with 202 also where the digest is named at once", async () => {
      const bytes = Buffer.from("single post");
      const repository = newRepository();
      const started = await client().ask(`${repository}/blobs/uploads/?digest=${sha256Of(bytes)}`, {
        method: "POST",
        headers: { "content-type": "application/octet-stream" },
        body: bytes,
      });
      expect(started.status).toBe(202);
      const ended = await client().put(withDigest(client().location(started), sha256Of(bytes)), bytes);
      expect(ended.status).toBe(201);
    });

    it("refuse a wrong digest, a malformed one and none, and can then still be ended well", async () => {
      const upload = await client().startUpload(newRepository());
      const bytes = Buffer.from("content");
      await expectError(await client().put(upload, new Uint8Array()), 400, "DIGEST_INVALID");
      await expectError(await client().put(withDigest(upload, "sha256:abc"), new Uint8Array()), 400, "DIGEST_INVALID");
      await expectError(await client().put(withDigest(upload, ABSENT), new Uint8Array()), 400, "DIGEST_INVALID");
      expect((await client().put(withDigest(upload, sha256Of(bytes)), bytes)).status).toBe(201);
    });

    it("can be given up", async () => {
      const upload = await client().startUpload(newRepository());
      expect((await client().ask(upload, { method: "DELETE" })).status).toBe(204);
      await expectError(await client().ask(upload), 404, "BLOB_UPLOAD_UNKNOWN");
    });

    it("mount a blob from another repository, or start as usual if it is not there", async () => {
      const source = newRepository();
      const target = newRepository();
      const digest = await client().putBlob(source, Buffer.from("shared"));
      const mounted = await client().ask(`${target}/blobs/uploads/?mount=${digest}&from=${source}`, { method: "POST" });
      expect(mounted.status).toBe(201);
      expect(await (await client().ask(`${target}/blobs/${digest}`)).text()).toBe("shared");
      const started = await client().ask(`${target}/blobs/uploads/?mount=${ABSENT}&from=${source}`, { method: "POST" });
      expect(started.status).toBe(202);
      expect(started.headers.get("location")).toContain("/blobs/uploads/");
    });
  });
}
