import { describe, expect, test } from "vitest";
import { alice, type Bench, inTime, mallory } from "./bench.ts";

export function describeCredentials(bench: () => Bench): void {
  describe("credentials", () => {
    test("Basic: only the right password gets a private image", async () => {
      const { cri, registry, stock } = bench();
      const { name, image } = await stock("private/basic", "1");
      const reference = `${name}:1`;
      const refused = {
        ok: false,
        error: {
          grpcCode: "Unknown",
          message: `failed to pull and unpack image "${reference}": failed to resolve reference "${reference}": pulling from host ${registry.host} failed with status code [manifests 1]: 401 Unauthorized`,
        },
      };
      expect(await cri.pullImage(reference, undefined, inTime())).toEqual(refused);
      expect(await cri.pullImage(reference, mallory, inTime())).toEqual(refused);
      expect(await cri.imageStatus(reference, inTime())).toEqual({ ok: true, value: undefined });
      expect(await cri.pullImage(reference, alice, inTime())).toEqual({ ok: true, value: image.config.digest });
    });

    test("a token: only the right password gets a private image", async () => {
      const { cri, tokenRegistry, stock } = bench();
      const { image } = await stock("private/token", "1");
      const reference = `${tokenRegistry.host}/private/token:1`;
      const anonymous = await cri.pullImage(reference, undefined, inTime());
      expect(anonymous).toMatchObject({ ok: false, error: { grpcCode: "Unknown" } });
      expect(anonymous.ok || anonymous.error.message).toMatch(
        /failed to resolve reference .*(?:401 Unauthorized|403 Forbidden|authorization failed)$/,
      );
      const wrong = await cri.pullImage(reference, mallory, inTime());
      expect(wrong).toMatchObject({ ok: false, error: { grpcCode: "Unknown" } });
      expect(wrong.ok || wrong.error.message).toMatch(
        /: failed to authorize: failed to fetch oauth token: unexpected status: 401 Unauthorized$/,
      );
      expect(await cri.pullImage(reference, alice, inTime())).toEqual({ ok: true, value: image.config.digest });
    });

    test("a token for a public image needs no credential", async () => {
      const { cri, tokenRegistry, stock } = bench();
      const { image } = await stock("public/token", "1");
      const pulled = await cri.pullImage(`${tokenRegistry.host}/public/token:1`, undefined, inTime());
      expect(pulled).toEqual({ ok: true, value: image.config.digest });
    });

    test("without a credential no request carries any", async () => {
      const { cri, registry, stock } = bench();
      const { name } = await stock("public/anonymous", "1");
      const before = registry.requests().length;
      await cri.pullImage(`${name}:1`, undefined, inTime());
      const asked = registry.requests().slice(before);
      expect(asked.length).toBeGreaterThan(2);
      expect(new Set(asked.map(({ authorization }) => authorization))).toEqual(new Set(["none"]));
    });
  });
}
