import { describe, expect, it } from "vitest";
import { createKeyring, normalizeKey } from "./keyring.ts";
import { SecretText } from "./secret-text.ts";

const source = { kind: "docker-config", file: "config.json" } as const;

function keysOffered(keys: readonly string[], repository: string): string[] {
  const entries = keys.map((key) => ({
    key,
    credential: { username: key, password: new SecretText("pw"), email: "" },
  }));
  return createKeyring([{ source, entries }])
    .lookup(repository)
    .map((offer) => offer.credential.username);
}

describe("the key of a registry", () => {
  it.each([
    ["quay.io", "quay.io"],
    ["https://quay.io", "quay.io"],
    ["http://quay.io/", "quay.io"],
    ["https://index.docker.io/v1/", "index.docker.io"],
    ["https://index.docker.io/v1", "index.docker.io/v1"],
    ["quay.io/v2/team", "quay.io/team"],
    ["user@quay.io/team?x=1#y", "quay.io/team"],
    ["r.io/a%20b", "r.io/a b"],
    ["[::1]:5000", "[::1]:5000"],
  ])("%s is filed under %s", (written, key) => {
    expect(normalizeKey(written)).toBe(key);
  });

  it.each(["r.io:*", "r io", "r.io/%zz", "[::1", "r[0].io", "r.io\\x", "r.io\n"])(
    "%j is no URL and is skipped",
    (written) => {
      expect(normalizeKey(written)).toBeUndefined();
    },
  );
});

describe("offers", () => {
  it("come longest path first and globs last, whatever their order in the file", () => {
    const keys = ["*.io", "quay.io", "quay.io/team"];
    expect(keysOffered(keys, "quay.io/team/app")).toEqual(["quay.io/team", "quay.io", "*.io"]);
  });

  it.each([
    ["*.example", "a.b.example", false],
    ["r*y.example", "registry.example", true],
    ["r*x*y.example", "registry.example", false],
    ["*", "UPPER", true],
    ["r.io:443", "r.io", false],
  ])("a key %s for %s: %s", (key, host, matches) => {
    expect(keysOffered([key], `${host}/app`)).toHaveLength(matches ? 1 : 0);
  });
});
