import { describe, expect, it } from "vitest";
import { SecretText } from "#domain/credentials/secret-text.ts";
import { ABSENT, expectError, newRepository, type RegistryAccount, type RegistryClient, smallImage } from "./client.ts";

export const alice: RegistryAccount = { username: "alice", password: new SecretText("correct horse: battery") };
export const bob: RegistryAccount = { username: "bob", password: new SecretText("päss wörd") };

/** On a registry with the accounts of alice and bob. */
export function accounts(client: () => RegistryClient): void {
  describe("with accounts", () => {
    it.each(["", "acme/app/manifests/1.0", `acme/app/blobs/${ABSENT}`, "acme/app/tags/list"])(
      "asks for a password: /v2/%s",
      async (path) => {
        const response = await client().ask(path);
        expect(response.headers.get("www-authenticate")).toMatch(/^Basic realm="[^"]+"$/);
        await expectError(response, 401, "UNAUTHORIZED");
      },
    );

    it.each([
      ["a wrong password", "alice", "wrong"],
      ["the password of somebody else", "alice", bob.password.reveal()],
      ["an unknown user", "mallory", alice.password.reveal()],
      ["an empty credential", "", ""],
    ])("refuses %s", async (_, username, password) => {
      const response = await client().as(username, password).ask("");
      expect(response.headers.get("www-authenticate")).toMatch(/^Basic /);
      await expectError(response, 401, "UNAUTHORIZED");
    });

    it.each([alice, bob])("takes pushes and pulls with the right one ($username)", async (account) => {
      const repository = newRepository();
      await client().push(repository, "1.0", await smallImage("oci"), account);
      const somebody = client().as(account.username, account.password.reveal());
      expect((await somebody.ask("")).status).toBe(200);
      expect((await somebody.manifest(repository, "1.0")).status).toBe(200);
    });

    it("takes no push without one or with a wrong one, and the error does not tell the password", async () => {
      const image = await smallImage("oci");
      const refused = /^HEAD http:\/\/127\.0\.0\.1:\d+\/v2\/\S+ answered 401/;
      await expect(client().push(newRepository(), "1.0", image)).rejects.toThrow(refused);
      const wrong = { username: "alice", password: new SecretText("not this one") };
      const error: unknown = await client()
        .push(newRepository(), "1.0", image, wrong)
        .catch((reason: unknown) => reason);
      expect(String(error)).toContain("answered 401");
      expect(String(error)).not.toContain(wrong.password.reveal());
    });
  });
}
