import { describe, expect, it } from "vitest";
import { withoutUserInfo } from "./without-user-info.ts";

describe("withoutUserInfo", () => {
  it.each([
    ["https://alice:pw@r.test/app:1", "https://***@r.test/app:1"],
    ["alice:pw@r.test/app:1", "***@r.test/app:1"],
    ["alice:p/w@localhost:5000/app", "***@localhost:5000/app"],
    ["docker://alice:pw@r.test", "docker://***@r.test"],
    ["https://r.test/v2/app?token=abcdef&x=1", "https://r.test/v2/app?token=***&x=1"],
  ])("hides what is secret in %s", (written, shown) => expect(withoutUserInfo(written)).toBe(shown));

  it.each([
    "busybox",
    "quay.io/acme/app:1.2.3",
    "localhost:5000/app:1",
    `quay.io/acme/app:1@sha256:${"4f".repeat(32)}`,
    `localhost:5000/app@sha512:${"4f".repeat(64)}`,
    "app:1@md5:4f1c9a0e6f3b58d2",
    "[::1]:5000/app@",
  ])("leaves %s as it is", (written) => expect(withoutUserInfo(written)).toBe(written));
});
