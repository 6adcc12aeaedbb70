import { describe, expect, it } from "vitest";
import { formatIssue } from "#domain/issue.ts";
import { readProxyEnvironment } from "./proxy-environment.ts";

const read = (environment: Record<string, string>) => readProxyEnvironment(environment).settings;
const proxy = { host: "proxy.test", port: 3128, secure: false, credential: undefined };

describe("the variables for proxies", () => {
  it("may all be absent or empty", () => {
    expect(read({})).toEqual({ exempt: [] });
    expect(read({ HTTP_PROXY: "", https_proxy: " ", NO_PROXY: " , " })).toEqual({ exempt: [] });
  });

  it.each([
    ["http://proxy.test:3128", {}],
    ["http://proxy.test:3128/", {}],
    ["proxy.test:3128", {}],
    ["HTTP://proxy.test:3128", {}],
    ["http://proxy.test", { port: 80 }],
    ["https://proxy.test", { port: 443, secure: true }],
    ["http://[::1]:3128", { host: "::1" }],
  ])("%s", (HTTPS_PROXY, more) => {
    expect(read({ HTTPS_PROXY })).toEqual({ https: { ...proxy, ...more }, exempt: [] });
  });

  it("may carry a password, which is shown nowhere", () => {
    const settings = read({ HTTP_PROXY: "http://me:s%3Acret%zz@proxy.test:3128" });
    expect(settings.http?.credential?.username).toBe("me");
    expect(settings.http?.credential?.password.reveal()).toBe("s%3Acret%zz");
    expect(read({ HTTP_PROXY: "http://me:s%3Acret@proxy.test" }).http?.credential?.password.reveal()).toBe("s:cret");
    expect(JSON.stringify(settings)).not.toContain("cret");
  });

  it("have two cases each, of which the upper one counts first", () => {
    const settings = read({
      http_proxy: "a.test:1",
      HTTP_PROXY: "b.test:2",
      https_proxy: "c.test:3",
      no_proxy: "x, .y",
    });
    expect(settings).toMatchObject({ http: { host: "b.test" }, https: { host: "c.test" }, exempt: ["x", ".y"] });
  });

  it.each(["socks5://me:s3cret@proxy.test", "http://", "http://me:s3cret@", "http://a b:s3cret", "x:s3cret"])(
    "%s is no proxy, and is not repeated",
    (HTTPS_PROXY) => {
      const { settings, issues } = readProxyEnvironment({ HTTPS_PROXY });
      expect(settings).toEqual({ exempt: [] });
      expect(issues.map(formatIssue)).toEqual([expect.stringMatching(/^HTTPS_PROXY: this is no proxy/)]);
      expect(JSON.stringify(issues)).not.toContain("s3cret");
    },
  );
});
